//! The records that the verdict rests on, with the bytes marked that findings are about.

use mailvouch_providers::dns::{Rdata, escape_joined_text};

use super::marked::{Look, Mark, Piece, cut};
use crate::lint::{Diagnostic, Place, PublishedSet, Role};
use crate::output::diff::strings;
use crate::output::printable::printable;
use crate::output::value::octets;
use crate::output::words::duration;
use crate::published::{Absence, State};

/// Values of one set that are shown.
const VALUES: usize = 60;

/// A record set.
pub(super) struct Set {
    /// What it is looked at for.
    pub(super) role: &'static str,
    pub(super) source: String,
    /// The time to live, what is there instead of a record, or why it is not known.
    pub(super) status: String,
    pub(super) is_unknown: bool,
    /// The aliases that lead to it.
    pub(super) chain: Vec<String>,
    pub(super) values: Vec<Value>,
    pub(super) more: usize,
}

/// One value.
pub(super) struct Value {
    pub(super) pieces: Vec<Piece>,
    /// How its text is cut, where it is.
    pub(super) strings: Option<String>,
}

impl Set {
    /// `found` are the findings, each with its name in this page.
    pub(super) fn of(set: &PublishedSet, found: &[(&Diagnostic, String)]) -> Self {
        let (status, is_unknown) = match &set.reply.state {
            State::Found(found) => (format!("TTL {}", duration(found.ttl)), false),
            State::Absent(Absence::NxDomain) => ("nothing there: the name does not exist".to_owned(), false),
            State::Absent(Absence::NoData) => ("nothing there".to_owned(), false),
            State::Unknown(failure) => (format!("not known: {failure}"), true),
        };
        let values = set.reply.records().map_or(&[][..], |found| &found.values);
        let chain = set.reply.chain.iter().map(|name| printable(&name.to_string()).into_owned());
        Self {
            role: match set.role.name() {
                "spf" => "SPF",
                "mx" => "MX",
                "dkim" => "DKIM",
                "dmarc" => "DMARC",
                "ptr" => "reverse name",
                other => other,
            },
            source: printable(&format!("{} {}", set.question.name.absolute(), set.question.rtype)).into_owned(),
            status: printable(&status).into_owned(),
            is_unknown,
            chain: chain.collect(),
            values: values.iter().take(VALUES).map(|value| Value::of(value, set, found)).collect(),
            more: values.len().saturating_sub(VALUES),
        }
    }
}

impl Value {
    fn of(value: &Rdata, set: &PublishedSet, found: &[(&Diagnostic, String)]) -> Self {
        let text = octets(value);
        let mark = |(found, id): &(&Diagnostic, String)| {
            let label = found.labels.iter().find(|label| label.role == Role::Primary)?;
            let Place::Record { owner, rtype, text: of } = &label.place else { return None };
            let is_here = *owner == set.question.name && *rtype == value.rtype() && **of == *text;
            let link = Some(id.clone());
            is_here.then(|| Mark { span: label.span.clone(), look: Look::Primary, number: None, link })
        };
        let marks: Vec<Mark> = found.iter().filter_map(mark).collect();
        let several = value.as_txt().filter(|txt| txt.strings().len() > 1);
        Self {
            pieces: cut(text.len(), &marks, |range| escape_joined_text(&text[range])),
            strings: several.map(strings),
        }
    }
}
