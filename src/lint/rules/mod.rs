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
    &spf::StringTooLong,
    &spf::RecordTooLong,
    &spf::Cname,
    &spf::Type99,
    &spf::ExpBroken,
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
    // Once all else is as it should be: what it writes down is meant to stay.
    &spf::LookupLimit,
    &spf::LookupNearLimit,
    &egress::NotAuthorised,
    &egress::PastLimit,
    &egress::RetiredAuthorised,
    &egress::ChangeDue,
    &egress::NoPtr,
    &egress::PtrMismatch,
    &egress::GenericPtr,
    &egress::HeloMismatch,
    &egress::HeloNoSpf,
    &egress::NullMxSends,
    &egress::SenderDomainNoRoute,
    &dkim::Missing,
    &dkim::KeyDiffers,
    &dkim::CnameDiffers,
    &dmarc::Missing,
    &dmarc::MultipleRecords,
    &dmarc::Differs,
    &parked::Spf,
    &parked::Dmarc,
    &ground::DnsTcpBroken,
    &ground::NameTakeover,
    &ground::LookupFailed,
];
