//! What is known before a move, as data.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::{Name, RrType};

use super::{Outcome, Request, Step};
use crate::declared::{Guard, Lead};
use crate::lint::Severity;
use crate::spf::Cost;

/// Whether the move can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readiness {
    /// Mail passes from the new addresses now, and nobody loses anything.
    Ready,
    /// Something could not be told, and nothing stands against it for certain.
    Unknown,
    /// Something has to be done first.
    NotReady,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Preflight {
    /// The time that it is seen from.
    pub now: Timestamp,
    /// What moves.
    pub request: Request,
    /// When the first of it happens; none where all is over.
    pub at: Option<Timestamp>,
    /// Each domain, in order.
    pub domains: Vec<DomainReport>,
    /// What the names that hosts give in HELO get by themselves.
    pub helo: Vec<HeloRow>,
    /// The new addresses in the reverse tree; of ranges, samples.
    pub addresses: Vec<AddressReport>,
    /// What the rules about hosts say of them.
    pub findings: Vec<Finding>,
    /// IPv6 addresses of the same hosts that nobody named.
    pub siblings: Vec<Sibling>,
    /// The hosts that get other addresses.
    pub hosts: Vec<HostReport>,
    /// Addresses in use that would pass no more.
    pub losses: Vec<Loss>,
    /// What keeps the move from being ready.
    pub obstacles: Vec<String>,
    /// What could not be told.
    pub unknowns: Vec<String>,
    /// What is worth knowing, and stands against nothing.
    pub notes: Vec<String>,
    /// What is to be done, by whom and when, in order.
    pub steps: Vec<Step>,
}

impl Preflight {
    /// Whether the move can be made.
    pub fn readiness(&self) -> Readiness {
        if !self.obstacles.is_empty() {
            Readiness::NotReady
        } else if !self.unknowns.is_empty() {
            Readiness::Unknown
        } else {
            Readiness::Ready
        }
    }
}

/// One domain.
#[derive(Clone, Debug)]
pub struct DomainReport {
    /// The domain.
    pub domain: Name,
    /// What its addresses get.
    pub rows: Vec<Row>,
    /// What evaluating its record costs at most now.
    pub cost_now: Cost,
    /// And once the plan is carried out.
    pub cost_planned: Cost,
    /// How long caches hold what is about to change.
    pub lead: Lead,
}

/// What one address, or a range, gets of one domain.
#[derive(Clone, Debug)]
pub struct Row {
    /// The addresses.
    pub network: IpNet,
    /// Whether they come or go.
    pub is_arriving: bool,
    /// Now.
    pub now: Outcome,
    /// Once what is planned for the first day of the move is published.
    pub planned: Outcome,
    /// Once hosts have their new addresses, too, and all caches know.
    pub moved: Outcome,
    /// Once what is planned for afterwards is done as well.
    pub end: Outcome,
}

impl Row {
    /// The outcomes, in order of time.
    pub fn all(&self) -> [&Outcome; 4] {
        [&self.now, &self.planned, &self.moved, &self.end]
    }
}

/// What a HELO name gets by itself from a new address (RFC 7208, section 2.3).
#[derive(Clone, Debug)]
pub struct HeloRow {
    /// The name.
    pub name: Name,
    /// Whether somebody said that it is given; else it is the reverse name, which most hosts give.
    pub is_declared: bool,
    /// The address.
    pub network: IpNet,
    /// Now.
    pub now: Outcome,
    /// Once all is planned and moved.
    pub moved: Outcome,
}

/// One new address in the reverse tree.
#[derive(Clone, Debug)]
pub struct AddressReport {
    /// The address.
    pub address: IpAddr,
    /// Whether it stands for a range.
    pub is_sample: bool,
    /// What stands for it in the reverse tree.
    pub reverse: Name,
    /// What is there.
    pub ptr: Ptr,
}

/// What stands at a reverse name.
#[derive(Clone, Debug)]
pub enum Ptr {
    /// These names, each with whether it leads back; none where that is not known.
    Names(Vec<(Name, Option<bool>)>),
    /// Nothing.
    Absent,
    /// That could not be told.
    Unknown(String),
}

impl AddressReport {
    /// Whether the address has a name that leads back to it.
    pub fn is_confirmed(&self) -> bool {
        matches!(&self.ptr, Ptr::Names(names) if names.iter().any(|(_, back)| *back == Some(true)))
    }
}

/// What a rule says.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// An IPv6 address of a host that moves, which is not among those that were named.
#[derive(Clone, Debug)]
pub struct Sibling {
    /// The host.
    pub name: Name,
    /// The address.
    pub address: IpAddr,
    /// What SPF says of it, by domain, once all is planned and moved; those that do not pass.
    pub refused: Vec<(Name, Outcome)>,
    /// Whether it has a reverse name; none where that is not known.
    pub has_ptr: Option<bool>,
}

/// A host that gets other addresses.
#[derive(Clone, Debug)]
pub struct HostReport {
    /// The host.
    pub name: Name,
    /// What it has now.
    pub before: Vec<IpAddr>,
    /// What it will have.
    pub after: Vec<IpAddr>,
    /// When it gets them.
    pub at: Timestamp,
    /// For how long caches hold the old ones, in seconds.
    pub ttl: u32,
    /// What that does to who may send.
    pub effects: Vec<HostEffect>,
}

/// What the addresses of a host do to one domain, by `a` and `mx`.
#[derive(Clone, Debug)]
pub struct HostEffect {
    /// The domain.
    pub domain: Name,
    /// Addresses that pass once caches know of the new ones, and not at once everywhere.
    pub gained: Vec<IpNet>,
    /// Addresses that pass until the last cache has forgotten the old ones.
    pub lost: Vec<IpNet>,
}

/// Addresses that are in use and would pass no more.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The domain.
    pub domain: Name,
    /// The addresses.
    pub networks: Vec<IpNet>,
    /// What takes it from them.
    pub by: LossBy,
}

/// What takes away a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossBy {
    /// What is published for the first day.
    Publishing,
    /// A host that gets other addresses.
    Host,
    /// What is taken out afterwards.
    Removal,
}

/// How a set changes.
#[derive(Clone, Debug)]
pub struct SpfChange {
    /// The name.
    pub owner: Name,
    /// The type.
    pub rtype: RrType,
    /// Values that go, in presentation form or as joined text.
    pub remove: Vec<String>,
    /// Values that come.
    pub add: Vec<String>,
    /// How long caches hold the set, in seconds.
    pub ttl: u32,
    /// Guards that have to be allowed first.
    pub guards: Vec<Guard>,
}
