//! Many queries over a few sockets: what a long list of domains is asked with.
//!
//! A socket for each query, as [`super::connected`] has it, costs more than the query itself. Here a handful of sockets,
//! each connected to one server, carry hundreds of queries at once; an answer finds whoever waits for it by its id, and
//! is taken only if it repeats the question octet for octet.
//!
//! What guards a lone query against forged answers (RFC 5452) guards these: ids come from a generator that cannot be
//! guessed, sockets have ports of their own, are chosen at random and replaced before long, and the letters of a name are sent in
//! random case, where the server sends them back as they came.

mod case;
#[expect(clippy::module_inception, reason = "the file holds the one type that the folder is about")]
mod pool;
mod socket;
mod timer;
mod window;

pub(super) use pool::{Later, Outcome, Pool, Standing};
