//! What the program would change, shown as a patch of each record.

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::snippet::advice;
use crate::lint::{Fix, Operation, Safety};
use crate::output::columns::line_width;
use crate::output::diff::{Detail, patch};
use crate::output::style::{STRONG, paint};
use crate::output::words::indented;
use crate::record::{Edit, apply_to_txt};

/// One value before and after.
pub(in crate::output) struct Change<'a> {
    pub(in crate::output) owner: &'a Name,
    pub(in crate::output) rtype: RrType,
    pub(in crate::output) before: Option<Rdata>,
    pub(in crate::output) after: Option<Rdata>,
}

/// What becomes of a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Taker {
    /// A plan may take it.
    Plan,
    /// Whoever wrote the text, which stands nowhere yet.
    Writer,
}

/// Who decides.
pub(in crate::output) fn decides(safety: Safety, rule: &str, taker: Taker) -> String {
    match (safety, taker) {
        (Safety::Safe, Taker::Plan) => "safe: `mailvouch plan` takes it".to_owned(),
        (Safety::Ask, Taker::Plan) => format!("ask: `mailvouch plan --accept {rule}` takes it"),
        (Safety::Safe, Taker::Writer) => "safe: write it like this".to_owned(),
        (Safety::Ask, Taker::Writer) => "ask: write it like this if that is what you mean".to_owned(),
        (Safety::Never, _) => "never: a person makes this change, or does not".to_owned(),
    }
}

/// Who decides, and the records that change.
pub(super) fn render(fix: &Fix, rule: &str, gutter: usize, taker: Taker) -> String {
    let mut text = advice(gutter, "fix", &decides(fix.safety, rule, taker));
    let indent = " ".repeat(gutter + 3);
    let room = line_width() - indent.len() - 2;
    let mut shown: Option<(&Name, RrType)> = None;
    for change in changes(&fix.operations) {
        if shown != Some((change.owner, change.rtype)) {
            let source = format!("{} {}", change.owner.absolute(), change.rtype);
            text.push_str(&format!("{indent}{}\n", paint(STRONG, &source)));
            shown = Some((change.owner, change.rtype));
        }
        let lines = patch(change.before.as_ref(), change.after.as_ref(), Detail::Fitting(room));
        text.push_str(&indented(&indent, lines));
    }
    text
}

/// The values that the operations change, all edits of one value together.
pub(in crate::output) fn changes(operations: &[Operation]) -> Vec<Change<'_>> {
    let mut changes: Vec<Change<'_>> = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let (owner, rtype) = (operation.owner(), operation.rtype());
        match operation {
            Operation::Edit { value, .. } => {
                let edits_of = |operation: &Operation| match operation {
                    Operation::Edit { owner: at, value: of, span, content } if at == owner && of == value => {
                        Some(Edit::replace(span.clone(), content.clone()))
                    }
                    _ => None,
                };
                if operations[..index].iter().any(|earlier| edits_of(earlier).is_some()) {
                    continue; // Shown with the first edit of the value.
                }
                let edits: Vec<Edit> = operations.iter().filter_map(edits_of).collect();
                // Edits that do not fit together change nothing: a plan does not take them either.
                let after = apply_to_txt(value, &edits).unwrap_or_else(|_| value.clone());
                let (before, after) = (Some(Rdata::Txt(value.clone())), Some(Rdata::Txt(after)));
                changes.push(Change { owner, rtype, before, after });
            }
            Operation::Create { content, .. } => {
                changes.push(Change { owner, rtype, before: None, after: Some(content.clone()) });
            }
            Operation::Delete { value, .. } => {
                changes.push(Change { owner, rtype, before: Some(value.clone()), after: None });
            }
            Operation::Replace { value, content, .. } if value.rtype() == content.rtype() => {
                changes.push(Change { owner, rtype, before: Some(value.clone()), after: Some(content.clone()) });
            }
            Operation::Replace { value, content, .. } => {
                changes.push(Change { owner, rtype, before: Some(value.clone()), after: None });
                let (rtype, after) = (content.rtype(), Some(content.clone()));
                changes.push(Change { owner, rtype, before: None, after });
            }
        }
    }
    changes
}
