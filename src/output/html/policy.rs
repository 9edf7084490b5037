//! The content security policy: the one style and the one script of the page, by their hashes, and nothing else.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The style of the page.
pub(super) const STYLE: &str = include_str!("page.css");
/// The filter of the page.
pub(super) const SCRIPT: &str = include_str!("filter.js");

/// What the browser may use; everything else it refuses, whatever the page may hold.
pub(super) fn policy() -> String {
    let (style, script) = (source(STYLE), source(SCRIPT));
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// A source by the hash of its text (Content Security Policy Level 3, section 2.3.1).
pub(in crate::output) fn source(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_the_hash_of_its_text() {
        // The hash of the empty text.
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }

    #[test]
    fn neither_text_ends_its_element_or_asks_for_another() {
        for text in [STYLE, SCRIPT] {
            for word in ["</", "<!--", "@import", "url(", "http:", "https:", "\r"] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
