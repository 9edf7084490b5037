//! From findings to changes, and from changes to a provider: what a plan does, and what it never does.

mod what_if;
