//! A bounce: whatever form it comes in, read into one [`Report`] per recipient, and judged by receiver, code and words.
//!
//! The way of a message: [`read`] tells an Outlook file, an mbox, a MIME message and pasted text apart; `mime` cuts the
//! message into parts, `status` reads delivery-status fields (RFC 3464), `text` reads what was written for people;
//! `judge` holds what was found against the catalogue. Nothing here has an opinion that the catalogue does not state.

mod address;
mod answer;
mod assemble;
mod catalogue;
mod check;
mod code;
mod copy;
mod doubt;
mod evidence;
pub(super) mod fields;
mod judge;
mod kind;
mod lookup;
mod mbox;
mod mime;
mod model;
mod notice;
mod outlook;
mod prose;
mod read;
mod receiver;
mod reply;
mod status;
mod text;
mod transcript;
mod verdicts;

pub use catalogue::{Acts, Codes, Direction, Entry, Receiver, ReceiverInfo, entries, receivers};
pub use check::{Bearing, Check, CheckId};
pub use code::{Enhanced, code_in};
pub use copy::{Copy, addressees, copies};
pub use lookup::{Asked, look_up};
pub use model::{
    Action, Bounce, Certainty, CodeFrom, Container, Doubt, Form, Kind, Mail, Outcome, Report, Returned, SenderIp,
    Verdicts,
};
pub use read::{BounceError, MAX_BYTES, read};
