//! A key pair that was made: where it is, and what is to be published and declared. Never a word of the private half.

mod new;

pub use new::{NewSelector, human, json, schema};
