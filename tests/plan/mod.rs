//! From findings to changes, and from changes to a provider: what a plan does, and what it never does.

mod apply;
mod bench;
mod places;
mod scripted;
mod steps;
mod what_if;
