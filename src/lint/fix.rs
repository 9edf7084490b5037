//! What the program can do about a finding: operations on record sets.

use std::ops::Range;

use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};
use serde::Serialize;

use crate::record::Edit;

/// Who decides that a fix is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// It has one possible meaning, or the declaration says it literally: a plan takes it.
    Safe,
    /// It is inferred, or changes who may send: a plan takes it when it is told to (`--accept`).
    Ask,
    /// A person decides. It is shown, and never taken.
    Never,
}

/// Operations that together mend one finding. After them the record is parsed and judged again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Who decides.
    pub safety: Safety,
    /// What is to be done, in order.
    pub operations: Vec<Operation>,
    /// Names whose records have to be seen by everybody before those are changed that lead to them.
    pub first: Vec<Name>,
    /// What whoever makes it should know, by the name that it is about.
    pub notes: Vec<(Name, String)>,
}

/// One change of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Other bytes in place of these, in one TXT value; nothing outside the span changes, string boundaries included.
    Edit {
        /// The name.
        owner: Name,
        /// The value as it stands.
        value: Txt,
        /// Bytes of its joined text.
        span: Range<usize>,
        /// What stands there afterwards.
        content: Vec<u8>,
    },
    /// A value that is not there yet.
    Create {
        /// The name.
        owner: Name,
        /// The value.
        content: Rdata,
    },
    /// A value that goes.
    Delete {
        /// The name.
        owner: Name,
        /// The value as it stands.
        value: Rdata,
    },
    /// Another value in place of this one; its type may change with it.
    Replace {
        /// The name.
        owner: Name,
        /// The value as it stands.
        value: Rdata,
        /// The value that takes its place.
        content: Rdata,
    },
}

impl Operation {
    /// An edit of a TXT value at `owner`.
    pub fn edit(owner: &Name, value: &Txt, edit: Edit) -> Self {
        Self::Edit { owner: owner.clone(), value: value.clone(), span: edit.span, content: edit.content }
    }

    /// The name that is changed.
    pub fn owner(&self) -> &Name {
        match self {
            Self::Edit { owner, .. }
            | Self::Create { owner, .. }
            | Self::Delete { owner, .. }
            | Self::Replace { owner, .. } => owner,
        }
    }

    /// The type of the value that stands there now, or of the one that is created.
    pub fn rtype(&self) -> RrType {
        match self {
            Self::Edit { .. } => RrType::TXT,
            Self::Create { content, .. } => content.rtype(),
            Self::Delete { value, .. } | Self::Replace { value, .. } => value.rtype(),
        }
    }
}

impl Fix {
    /// A fix that needs nothing else.
    pub fn of(safety: Safety, operations: impl IntoIterator<Item = Operation>) -> Self {
        Self { safety, operations: operations.into_iter().collect(), first: Vec::new(), notes: Vec::new() }
    }

    /// A fix that a plan takes.
    pub fn safe(operations: impl IntoIterator<Item = Operation>) -> Self {
        Self::of(Safety::Safe, operations)
    }

    /// A fix that a plan takes when told to.
    pub fn ask(operations: impl IntoIterator<Item = Operation>) -> Self {
        Self::of(Safety::Ask, operations)
    }
}
