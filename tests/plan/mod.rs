//! From findings to changes, and from changes to a provider: what a plan does, and what it never does.

mod against_declared;
mod apply;
mod bench;
mod combined;
mod file;
mod fixpoint;
mod flattening;
mod guards;
mod peers;
mod peers_page;
mod peers_texts;
mod places;
mod repair;
mod rotation;
mod scripted;
mod steps;
mod what_if;
mod wrong_spf;
