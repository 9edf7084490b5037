//! One domain's SPF: the tree of its records with their costs, and the addresses with their results.

mod term;
mod tree;
mod tree_json;
mod view;

pub use tree::human as tree;
pub use tree_json::json as tree_json;
pub use view::View;
