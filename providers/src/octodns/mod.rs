//! Zones in the YAML files of octoDNS, edited in place.
//!
//! Where records are kept in a repository, a change at the host would be undone by the next run: so it is the source that
//! is edited. Only the bytes of what changes are touched: comments, order, quotes and line ends of all else stay as they
//! are. A new text is read again before it is written, and has to differ from the old by the change and by nothing else.
//! It replaces the file at one stroke; whoever changed the file meanwhile is not overwritten.
//!
//! What is read is what octoDNS's `YamlProvider` would read: YAML 1.1 as PyYAML has it, and the text of a TXT value with
//! its semicolons escaped. What cannot be edited with one possible meaning (anchors, merge keys, tags) is refused with
//! its place. Nothing here runs octoDNS, and nothing asks a name server.

mod edit;
mod layout;
mod list;
mod order;
mod place;
mod proof;
mod provider;
mod record;
mod scalar;
mod text;
mod values;
mod yaml;
mod zone;

pub use provider::{Layout, OctoDns};
