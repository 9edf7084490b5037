//! Rules about DMARC policies (RFC 9989).

mod differs;
mod missing;
mod multiple_records;
mod write;

pub(super) use differs::Differs;
pub(super) use missing::Missing;
pub(super) use multiple_records::MultipleRecords;
pub(super) use write::reject_record;
