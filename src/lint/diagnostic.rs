//! What a rule says: a finding, with the bytes it is about.

use std::ops::Range;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata, RrType, escape_joined_text};
use serde::Serialize;

use super::{Fix, Meta};
use crate::declared::SourceFile;

/// How bad it is. The order is that of a report: the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Mail is lost, or anyone may send in the domain's name.
    Error,
    /// It will be, or nearly is.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A text that a finding can point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// One value at an owner and type: the joined text of a TXT record, the presentation form of any other. Empty
    /// where nothing stands there.
    Record {
        /// The name.
        owner: Name,
        /// The type.
        rtype: RrType,
        /// The text that offsets count in.
        text: Arc<[u8]>,
    },
    /// The declaration.
    Declaration(SourceFile),
}

impl Place {
    /// The place of a value that stands in DNS.
    pub fn value(owner: &Name, value: &Rdata) -> Self {
        let text = match value {
            Rdata::Txt(txt) => txt.joined(),
            other => other.to_string().into_bytes(),
        };
        Self::Record { owner: owner.clone(), rtype: value.rtype(), text: text.into() }
    }

    /// The place of a record that does not stand there.
    pub fn nothing(owner: &Name, rtype: RrType) -> Self {
        Self::Record { owner: owner.clone(), rtype, text: Arc::from([]) }
    }

    /// The name of the text, as labels give it: `s1._domainkey.example.com. TXT`, or the declaration's path.
    pub fn source(&self) -> String {
        match self {
            Self::Record { owner, rtype, .. } => format!("{} {rtype}", owner.absolute()),
            Self::Declaration(file) => file.path().display().to_string(),
        }
    }

    /// The bytes that offsets count in.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Record { text, .. } => text,
            Self::Declaration(file) => file.text().as_bytes(),
        }
    }
}

/// Whether a label is what the finding is about, or what helps to see why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the finding is about; there is exactly one.
    Primary,
    /// What it is held against.
    Context,
}

/// Bytes of a text, and a few words on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub place: Place,
    /// The bytes of it.
    pub span: Range<usize>,
    /// What is to be said of them; may be empty.
    pub note: String,
    /// What it is there for.
    pub role: Role,
}

impl Label {
    /// The bytes that the label covers, for people: what is not printable ASCII as `\DDD`.
    pub fn excerpt(&self) -> String {
        escape_joined_text(self.place.bytes().get(self.span.clone()).unwrap_or_default())
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that speaks.
    pub rule: &'static str,
    /// How bad it is here: a rule can know better than its table.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where; the primary label comes first.
    pub labels: Vec<Label>,
    /// What to do next, where a person has to.
    pub help: Option<String>,
    /// What the program can do.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding about these bytes.
    pub fn new(meta: &Meta, message: impl Into<String>, place: Place, span: Range<usize>) -> Self {
        let primary = Label { place, span, note: String::new(), role: Role::Primary };
        Self {
            rule: meta.id,
            severity: meta.severity,
            message: message.into(),
            labels: vec![primary],
            help: None,
            fix: None,
        }
    }

    /// A finding about a record that is not there.
    pub fn about_nothing(meta: &Meta, message: impl Into<String>, owner: &Name, rtype: RrType) -> Self {
        Self::new(meta, message, Place::nothing(owner, rtype), 0..0)
    }

    /// Words on the bytes that the finding is about.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        if let Some(primary) = self.labels.first_mut() {
            primary.note = note.into();
        }
        self
    }

    /// Another place that helps to see why.
    #[must_use]
    pub fn context(mut self, place: Place, span: Range<usize>, note: impl Into<String>) -> Self {
        self.labels.push(Label { place, span, note: note.into(), role: Role::Context });
        self
    }

    /// A severity other than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// What a person can do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says more to whoever is helped.
    pub(super) fn add_help(&mut self, more: &str) {
        self.help = Some(match self.help.take() {
            Some(help) => format!("{help}; {more}"),
            None => more.to_owned(),
        });
    }

    /// What the program can do.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}
