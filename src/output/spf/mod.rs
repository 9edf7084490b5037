//! One domain's SPF: the tree of its records with their costs, and the addresses with their results.

mod coverage;
mod coverage_json;
mod results;
mod sizes;
mod term;
mod tree;
mod tree_json;
mod view;

pub use coverage::human as coverage;
pub use coverage_json::{coverage_schema, json as coverage_json};
pub(super) use results::{CLASSES, Outcome, dynamic};
pub(super) use sizes::{many, passing, sizes};
pub(super) use term::{Remark, Standing, Tone, remarks, standing_below, status, text};
pub use tree::human as tree;
pub(super) use tree::{crossing, shown};
pub use tree_json::{json as tree_json, tree_schema};
pub use view::View;
pub(super) use view::term_of;
