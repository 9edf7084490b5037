//! Rules over one domain's facts, and what they say.
//!
//! [`Facts`] are computed once from the snapshot; a [`Rule`] sees nothing else. A [`Diagnostic`] points at bytes, and
//! may carry a [`Fix`].

mod diagnostic;
mod facts;
mod fix;
mod known;
mod lone;
mod report;
mod rule;
mod rules;
mod run;

pub use diagnostic::{Diagnostic, Label, Place, Role, Severity};
pub use facts::{
    Authority, AuthorityFacts, Bogus, DeadEnd, Declared, Depth, DestinationFacts, DkimFacts, DmarcFacts, Facts,
    HeloFacts, HostFacts, KeyText, Lure, LureKind, PublishedSet, RecordRole, SenderFacts, SenderPath, Served, Spare,
    SpfFacts, Standing, Subject, Values, WildcardProbe, addresses_of, authoritative_servers, delegated_servers,
    negative_ttl, organizational_domain, reverse_name, unused_selector,
};
pub use fix::{Fix, Operation, Safety};
pub use known::{BaselineUse, Known, KnownBy, ignored, notes_on_ignored};
pub use lone::{Kind, Lone, LoneError};
pub use report::{Report, Verdict};
pub use rule::{Meta, Rule};
pub use rules::ALL;
pub use run::{Selection, check};
