//! Rules about SPF records (RFC 7208).

mod all_differs;
mod malformed;
mod missing;
mod multiple_records;
mod near_missed;
mod own;
mod sender_missing;
mod syntax;
mod undeclared_sender;
mod unknown_mechanism;
mod write;

pub(super) use all_differs::AllDiffers;
pub(super) use missing::Missing;
pub(super) use multiple_records::MultipleRecords;
pub(super) use near_missed::NearMissed;
use own::own_records;
pub(super) use sender_missing::SenderMissing;
pub(super) use syntax::Syntax;
pub(super) use undeclared_sender::UndeclaredSender;
pub(super) use unknown_mechanism::UnknownMechanism;
pub(super) use write::{insert_term, network_term};
