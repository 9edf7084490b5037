//! A delivered message, held against the declaration and what DNS has now: did it leave from where it should?

mod finding;
mod judge;
mod place;

pub use finding::{Finding, Standing, Subject};
pub use judge::{Delivery, Expected, Key};
pub use place::Place;
