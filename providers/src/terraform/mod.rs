//! Zones in a configuration of Terraform or OpenTofu. Nothing is written: what to put in is told, with its place.
//!
//! A configuration is worked out by Terraform, from variables, modules and states. Its words are read, and no more: a value
//! that stands there as a literal is found, one that is worked out is told as not found.

mod blocks;
mod forms;
mod lines;

pub use lines::Terraform;
