//! The lines of files that findings are shown beside, where tools know lines of files only.

use crate::declared::{Position, SourceFile};
use crate::lint::{Diagnostic, Facts, Label, Place};

/// A piece of the declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    /// Its path as it was given, with `/` between its parts.
    pub(super) path: String,
    /// Where the piece begins.
    pub(super) start: Position,
    /// Where it ends: the column behind its last character.
    pub(super) end: Position,
}

impl Location {
    /// Where the declaration speaks of what is found: what a label points at, else the line that names the domain. None
    /// for a domain that nobody declared.
    pub(super) fn of(found: &Diagnostic, facts: &Facts) -> Option<Self> {
        let pointed_at = found.labels.iter().find_map(Self::of_label);
        pointed_at.or_else(|| {
            let declared = facts.declared.as_ref()?;
            Self::of_span(&declared.declaration().file, &declared.domain().name.span)
        })
    }

    /// Where a label points, if that is in the declaration.
    pub(super) fn of_label(label: &Label) -> Option<Self> {
        match &label.place {
            Place::Declaration(file) => Self::of_span(file, &label.span),
            Place::Record { .. } => None,
        }
    }

    fn of_span(file: &SourceFile, span: &std::ops::Range<usize>) -> Option<Self> {
        let mut positions = file.positions(&[span.start, span.end]).into_iter();
        let (start, end) = (positions.next()?, positions.next()?);
        Some(Self { path: slashes(file), start, end })
    }
}

/// The path, as addresses have it.
fn slashes(file: &SourceFile) -> String {
    let path = file.path().display().to_string();
    if std::path::MAIN_SEPARATOR == '/' { path } else { path.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// What may stand in a path as it is stands (RFC 3986, section 3.3); all else is encoded, a colon too.
pub(super) fn percent_encoded(path: &str) -> String {
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"/-._~".contains(&octet);
    let one = |octet: u8| if is_plain(octet) { char::from(octet).to_string() } else { format!("%{octet:02X}") };
    path.bytes().map(one).collect()
}
