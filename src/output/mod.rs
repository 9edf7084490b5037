//! From values to text: one file per format, pure functions, nothing printed here.
//!
//! What is for people carries ANSI styles always; whoever writes it strips them where the terminal or `NO_COLOR` says
//! so. DNS, providers and declarations are other people's text: none of it reaches a terminal unescaped (see
//! `printable`).

pub mod bounce;
mod columns;
pub mod declaration;
pub mod diff;
pub mod dkim;
pub mod dmarc;
pub mod evidence;
pub mod github;
mod headline;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
mod location;
pub mod markdown;
mod next;
mod note;
pub mod observe;
pub mod plan;
pub mod preflight;
mod printable;
mod prose;
pub mod record;
mod remark;
#[cfg(feature = "parquet")]
pub mod rows;
pub mod rules;
pub mod sarif;
mod schema;
pub mod servers;
pub mod spf;
mod style;
mod tally;
mod told;
mod value;
mod words;

pub use columns::fit_to;
pub use next::Next;
pub use note::Note;
pub use tally::Tally;
