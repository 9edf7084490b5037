//! Fixes: the artefacts that they change are record sets, named as RFC 4501 names them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mailvouch_providers::dns::{Name, RrType};

use super::log::{ArtifactChange, ArtifactLocation, ChangedValue, Content, Fix, Message, Region, Replacement};
use crate::lint::{self, Operation};
use crate::output::human::{Taker, decides};
use crate::output::location::percent_encoded;
use crate::output::value::{octets, shown};

/// A fix; none where it does nothing by itself.
pub(super) fn fix(fix: &lint::Fix, rule: &str) -> Option<Fix> {
    let artifact_changes: Vec<ArtifactChange> = fix.operations.iter().flat_map(changes).collect();
    let description = Message { text: decides(fix.safety, rule, Taker::Plan), markdown: None };
    (!artifact_changes.is_empty()).then_some(Fix { description, artifact_changes })
}

/// The changes of one operation: two where a value becomes one of another type.
fn changes(operation: &Operation) -> Vec<ArtifactChange> {
    let owner = operation.owner();
    let change = |rtype, value: Option<String>, region, content: Option<&[u8]>| ArtifactChange {
        artifact_location: ArtifactLocation { uri: uri(owner, rtype) },
        replacements: [Replacement { deleted_region: region, inserted_content: content.map(inserted) }],
        properties: value.map(|value| ChangedValue { value }),
    };
    let bytes = |byte_offset, byte_length| Region::Bytes { byte_offset, byte_length };
    match operation {
        Operation::Edit { value, span, content, .. } => {
            let shown = mailvouch_providers::dns::escape_joined_text(&value.joined());
            vec![change(RrType::TXT, Some(shown), bytes(span.start, span.len()), Some(content))]
        }
        Operation::Create { content, .. } => {
            vec![change(content.rtype(), None, bytes(0, 0), Some(&octets(content)))]
        }
        Operation::Delete { value, .. } => {
            vec![change(value.rtype(), Some(shown(value)), bytes(0, octets(value).len()), None)]
        }
        Operation::Replace { value, content, .. } if value.rtype() == content.rtype() => {
            let whole = bytes(0, octets(value).len());
            vec![change(value.rtype(), Some(shown(value)), whole, Some(&octets(content)))]
        }
        Operation::Replace { value, content, .. } => vec![
            change(value.rtype(), Some(shown(value)), bytes(0, octets(value).len()), None),
            change(content.rtype(), None, bytes(0, 0), Some(&octets(content))),
        ],
    }
}

/// `dns:example.com?TYPE=TXT` (RFC 4501, section 3).
fn uri(owner: &Name, rtype: RrType) -> String {
    format!("dns:{}?TYPE={rtype}", percent_encoded(&owner.to_string()))
}

fn inserted(content: &[u8]) -> Content {
    let is_plain = content.iter().all(|octet| matches!(octet, b' '..=b'~'));
    match std::str::from_utf8(content) {
        Ok(text) if is_plain => Content::Text(text.to_owned()),
        _ => Content::Binary(BASE64.encode(content)),
    }
}
