//! Live DNS: questions to name servers over UDP and TCP.
//!
//! hickory-resolver finds the system's resolvers and brings the transports and the wire format. Its `Resolver::lookup`
//! is not used, because it settles things that a linter has to see. Of a CNAME whose target is missing it reports the
//! absence without the chain; it cannot tell a referral from an empty answer; it sends a slow server the same datagram
//! up to three times; in serial mode it does not go on to the next server after SERVFAIL or silence; and it answers
//! some names (RFC 6761) itself. So one question here is one message, what comes back is read here, and the failover
//! between servers is [`Live`]'s own. There are no search domains, no hosts file and no cache: the gatherer asks each
//! question once. For long lists there is a second way out beside hickory's sockets, [`Transport::Pooled`]; all else is the same.
//!
//! Nothing in here may turn a failure into an absence.

mod connected;
mod plain;
mod pool;
mod read;
mod resolve;
mod upstream;
mod wire;

pub use resolve::{Live, LiveError, LiveOptions, Recursion, Transport};
