//! The rules, one file each, in the order of the documentation. This is the registry: a rule that is not listed here
//! does not exist.

mod dkim;
mod dmarc;
mod egress;
mod ground;
mod parked;
mod spf;

use super::Rule;

/// Every rule.
pub static ALL: &[&dyn Rule] = &[
    &spf::Missing,
    &spf::MultipleRecords,
    &spf::NearMissed,
    &spf::NonAscii,
    &spf::UnknownMechanism,
    &spf::IgnoredModifier,
    &spf::UnknownModifier,
    &spf::Syntax,
    &spf::WrongFamily,
    &spf::MappedAddress,
    &spf::BadPrefix,
    &spf::HostBits,
    &spf::DuplicateModifier,
    &spf::LostSpace,
    &spf::TermAfterAll,
    &spf::RedirectIgnored,
    &spf::DuplicateTerm,
    &spf::OverlappingRange,
    &spf::Bogon,
    &spf::RangeTooWide,
    &spf::AllPass,
    &spf::AllNeutral,
    &spf::AllMissing,
    &spf::PtrUsed,
    &spf::SenderMacro,
    &spf::Uppercase,
    &spf::TrailingDot,
    &spf::RecordTooLong,
    &spf::Cname,
    &spf::Type99,
    &spf::ExpBroken,
    &spf::LookupLimit,
    &spf::LookupNearLimit,
    &spf::VoidLimit,
    &spf::VoidLookup,
    &spf::MxLimit,
    &spf::IncludeNoRecord,
    &spf::IncludeBroken,
    &spf::IncludeLoop,
    &spf::IncludeUseless,
    &spf::RedirectNoRecord,
    &spf::UndeclaredRange,
    &spf::UndeclaredSender,
    &spf::SenderMissing,
    &spf::AllDiffers,
    &egress::NotAuthorised,
    &egress::PastLimit,
    &egress::RetiredAuthorised,
    &egress::ChangeDue,
    &egress::NullMxSends,
    &dkim::Missing,
    &dkim::KeyDiffers,
    &dkim::CnameDiffers,
    &dmarc::Missing,
    &dmarc::MultipleRecords,
    &dmarc::Differs,
    &parked::Spf,
    &parked::Dmarc,
    &ground::LookupFailed,
];
