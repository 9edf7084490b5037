//! The `mailvouch` program.

fn main() {}
