//! What an evaluation comes to as a whole.

use std::net::IpAddr;

use super::check::Check;
use super::client::Client;
use super::problem::Problem;
use super::trace::{Asked, Keep, Trace};
use super::verdict::{Stop, Verdict};
use crate::published::{Ask, Failure, Reason};
use crate::spf::{Class, Decider, Records};

/// What `check_host` comes to, and how.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The result (RFC 7208, section 2.6).
    pub result: Class,
    /// What the domain says to whoever gets a *fail* (section 6.2); US-ASCII. None where it says nothing that counts.
    pub explanation: Option<String>,
    /// The domain that was checked, as it was given: that of the reverse-path, or the HELO name.
    pub domain: String,
    /// The client's address; an IPv4 address mapped into IPv6 as the IPv4 address that it is.
    pub ip: IpAddr,
    /// Terms that asked DNS (section 4.6.4).
    pub lookups: usize,
    /// Look-ups that found nothing (section 4.6.4).
    pub voids: usize,
    /// Why the result is *none*, *permerror* or *temperror*.
    pub problem: Option<Problem>,
    /// The term that decided; none where no term matched, or no record was read.
    pub decided_by: Option<Decider>,
    /// The question for the domain's own record; none where there is nothing to ask for.
    pub record: Option<Asked>,
    /// The terms that were evaluated, in order; empty where [`Keep::Verdict`] was asked for.
    pub trace: Trace,
}

impl Evaluation {
    /// `check_host` over what the snapshot knows (RFC 7208, section 4.1).
    ///
    /// While the snapshot lacks what it asks, the result is *temperror*, with [`Reason::NotInSnapshot`].
    pub fn of(ask: &Ask<'_>, client: &Client) -> Self {
        Self::with(ask, &Records::default(), client, Keep::Steps)
    }

    /// The same for one of many clients: a record that another of them has come to is not parsed again, and no account
    /// is kept where nobody reads it.
    pub fn with(ask: &Ask<'_>, records: &Records, client: &Client, keep: Keep) -> Self {
        let sender = client.sender();
        let mut check = Check {
            ask,
            records,
            client,
            sender: &sender,
            ip: client.ip.to_canonical(),
            lookups: 0,
            voids: 0,
            waiting: None,
            entry: 0,
            trace: Trace::new(keep),
        };
        let (record, verdict) = check.first(&sender.domain);
        let verdict = verdict.unwrap_or_else(Verdict::from);
        let explanation = check.explanation(&verdict);
        let waiting = check.waiting.take().map(|question| {
            let failure = Failure { reason: Reason::NotInSnapshot, server: None };
            Stop::new(Class::TempError, Problem::LookUpFailed { question, failure })
        });
        let verdict = waiting.map_or(verdict, Verdict::from);
        Self {
            result: verdict.class,
            explanation,
            ip: check.ip,
            lookups: check.lookups,
            voids: check.voids,
            problem: verdict.problem.map(|problem| *problem),
            decided_by: verdict.decided_by.and_then(|place| check.trace.decider(place)),
            record,
            trace: check.trace,
            domain: sender.domain.into_owned(),
        }
    }
}
