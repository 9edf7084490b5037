//! Before addresses move: would mail pass from the new ones now, once the plan is carried out, and on the day; and the
//! dated steps that lead there.
//!
//! Everything is what-if: the declaration with the move in it ([`staged()`]), the records that a plan would make, and the
//! hosts that get other addresses, laid over what DNS says today. Nothing is written.

mod assess;
mod hosts;
mod judge;
mod lists;
mod model;
mod passing;
mod request;
mod reverse;
mod staged;
mod steps;

pub(crate) use assess::shown;
pub use assess::{Inputs, assess};
pub use model::{
    AddressReport, DomainReport, Finding, HeloRow, HostEffect, HostReport, Loss, LossBy, Preflight, Ptr, Readiness,
    Row, Sibling, SpfChange,
};
pub use passing::{Outcome, Term};
pub use request::{Arrival, Basis, Departure, HostMove, Request};
pub use staged::staged;
pub use steps::{Commands, State, Step, StepKind, When};
