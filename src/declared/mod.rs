//! What the owner says: `mailvouch.toml`.
//!
//! [`Declaration::load`] reads it in five steps: bytes to text ([`SourceFile`]), text to TOML, TOML to the shape that is
//! written, shape to the model ([`Domain`], [`EgressGroup`], [`Sender`], [`Selector`], [`ProviderConfig`]), and the key
//! files that it names ([`PublicKey`]). Everything that is wrong is told at once, each with its bytes
//! ([`DeclarationError`]); what is allowed and still worth a word stands in [`Declaration::notes`].
//!
//! A declaration holds no secret: [`SecretSource`] says where one is. Dates are kept as written, and what they mean is
//! asked with the time in hand ([`EgressGroup::state_at`], [`Selector::state_at`]).

mod address;
mod argument;
mod baseline;
mod catalogue;
mod dates;
mod files;
mod guard;
mod key;
mod key_der;
mod key_file;
mod key_pair;
mod lead;
mod leave;
mod model;
mod names;
mod parked;
mod policy;
mod problem;
mod provider;
mod raw;
mod raw_provider;
mod read;
mod resolve;
mod rule_names;
mod schema;
mod secret_text;
mod source;
mod suggest;
mod syntax;
mod table;

pub use address::{SpecialRange, Use, special_range};
pub use argument::{domain_argument, moment_argument, network_argument, report_address_argument, selector_argument};
pub use baseline::{Baseline, FindingKey, KnownFinding};
pub use catalogue::{
    DelegatedBy, DkimDelegation, KnownSender, known_sender, known_sender_by_include, known_sender_by_target,
    known_sender_near_include, known_senders, probed_selectors,
};
pub use dates::Moment;
pub use files::{Disk, Files};
pub use guard::Guard;
pub use key::{KeyAlgorithm, PublicKey};
pub use key_pair::{KeyPair, KeyPairError, NewKey};
pub use lead::Lead;
pub use leave::{IgnoredRule, Leave};
pub use model::{
    Declaration, Domain, EgressGroup, EgressState, PublishedFrom, REVOKED_AFTER, Selector, SelectorState, SelectorWant,
    Sender, SpfPolicy,
};
pub use policy::{AllPolicy, DmarcPolicy, SpfNeed};
pub use problem::{DeclarationError, Problem, Related};
pub use provider::{ProviderConfig, ProviderKind, SecretSource, ServerAddress, TsigAlgorithm, TsigKey, ZoneFiles};
pub use schema::declaration_schema;
pub use source::{At, Position, SourceFile};
pub(crate) use suggest::nearest as nearest_name;
