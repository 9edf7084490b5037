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
pub use coverage_json::json as coverage_json;
pub use tree::human as tree;
pub use tree_json::json as tree_json;
pub use view::View;
