//! What an SPF record means: the tree of records behind it, the addresses it lets pass, and what it costs.
//!
//! Pure functions over an [`crate::published::Ask`]; nothing here fetches, and nothing here has an opinion.

mod budget;
mod coverage;
mod evaluate;
mod flat;
mod ledger;
mod ranges;
mod region;
mod selection;
mod tree;
mod walk;

pub use budget::{Cost, LOOKUP_LIMIT, MX_LIMIT, VOID_LIMIT, lookups_of};
pub use coverage::Coverage;
pub use evaluate::{Asked, Client, Evaluation, Keep, Outcome, Problem, Step, Trace};
pub use flat::{Flat, NotFlat, fits};
pub use ledger::{Charge, Entry, Ledger};
pub use ranges::{Family, RangeSet};
pub use region::{Class, Decider, Region};
pub use selection::{Published, Records, Selection};
pub use tree::{Addresses, Branch, Lead, Tree};
