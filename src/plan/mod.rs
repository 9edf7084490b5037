//! From findings to changes, and from changes to DNS.
//!
//! A [`Plan`] is data: steps that each change one owner name, the rules that asked for them, and the guards that they
//! trip. [`draft()`] makes one by taking fixes in until none is left to take, and proves it by running the same
//! analysis over the planned records. [`apply()`] carries one out, inside the sets that it has just read.

mod apply;
mod combine;
mod desired;
mod draft;
mod effect;
mod guards;
mod held;
mod journal;
mod kept;
mod lane;
mod model;
mod one_look;
mod past;
mod promises;
mod provider_source;
mod reach;
mod ready;
mod resume;
mod rollback;
mod same_passes;
mod set_draft;
mod settle;
mod spf_guards;
mod standing;
mod unpublished;
mod verify;
mod wait;

pub use apply::{Applied, Outcome, StopReason, ZoneEnd, apply};
pub use combine::Conflict;
pub use desired::{Desired, Taking, desired};
pub use draft::{Draft, DraftError, Holder, draft, judge_again};
pub use effect::{Addresses, Effect, Judged, Lookups, SpfEffect};
pub use guards::{Tripped, judge, judge_writing};
pub use journal::{Entry, Journal, JournalError, JournalFileError, Planned, Sink};
pub use model::{Advice, Guarded, Plan, PlanFileError, SourceLines, Step, Wait, plan_schema};
pub use one_look::OneLook;
pub use past::{Past, Told, Trace};
pub use provider_source::ProviderSource;
pub use reach::{combined, judge_others};
pub use ready::Providers;
pub use resume::{Remaining, remaining};
pub use rollback::{Reversal, Reverse, RolledBack, reversal};
pub use standing::{Expected, cached_for, expected, standing};
pub use verify::{ServerView, View, verify};
pub use wait::{Ended, Watch};
