//! Reads TOML tables key by key, and goes on after each mistake: what is of the wrong type, or not asked for, becomes a
//! problem with its bytes. (Deserializing with `serde` ends at the first mistake.) It knows types, and no meanings.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::problem::{Problem, Problems};
use super::secret_text::{is_secret_key, secret_sources};
use super::source::At;
use super::suggest::{listed, quoted};

/// A value as it stands in the file.
pub(super) type Node<'i> = At<DeValue<'i>>;

/// What stands at a key.
#[derive(Clone, Debug, Default)]
pub(super) enum Field<T> {
    /// Nothing: the key is not there.
    #[default]
    Absent,
    /// Something of the wrong type, which has been reported.
    Broken,
    /// A value of the right type.
    Given(T),
}

impl<T> Field<T> {
    pub(super) fn given(self) -> Option<T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Broken => None,
        }
    }

    pub(super) fn as_ref(&self) -> Field<&T> {
        match self {
            Self::Absent => Field::Absent,
            Self::Broken => Field::Broken,
            Self::Given(value) => Field::Given(value),
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

pub(super) type Text = Field<At<String>>;
pub(super) type Texts = Field<At<Vec<At<String>>>>;

/// What a table is, for messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// With its article: "an egress group".
    pub(super) what: &'static str,
    /// How it is written.
    pub(super) example: &'static str,
}

/// A table being read.
pub(super) struct Table<'p, 'i> {
    what: &'static str,
    entries: DeTable<'i>,
    asked: Vec<&'static str>,
    problems: &'p Problems,
}

impl<'p, 'i> Table<'p, 'i> {
    /// Opens the table at `key`; none if it is something else.
    pub(super) fn open(shape: Shape, key: &str, node: Node<'i>, problems: &'p Problems) -> Option<Self> {
        match node.value {
            DeValue::Table(entries) => Some(Self { what: shape.what, entries, asked: Vec::new(), problems }),
            other => {
                let message = format!("{} takes a table; here stands {}", quoted(key), kind(&other));
                problems.add(Problem::new(&node.span, message).help(format!("write {}", shape.example)));
                None
            }
        }
    }

    /// Says more exactly what the table is.
    pub(super) fn call(&mut self, what: &'static str) {
        self.what = what;
    }

    /// What stands at `key`, whatever it is.
    pub(super) fn node(&mut self, key: &'static str) -> Option<(Range<usize>, Node<'i>)> {
        self.asked.push(key);
        let (key, value) = self.entries.remove_entry(key)?;
        let span = value.span();
        Some((key.span(), At::new(value.into_inner(), span)))
    }

    fn read<T>(
        &mut self,
        key: &'static str,
        wants: &str,
        convert: impl FnOnce(&DeValue<'i>) -> Option<T>,
    ) -> Field<At<T>> {
        let Some((_, node)) = self.node(key) else {
            return Field::Absent;
        };
        if let Some(value) = convert(&node.value) {
            return Field::Given(At::new(value, node.span));
        }
        self.problems.add(wrong_type(key, wants, &node.value, &node.span));
        Field::Broken
    }

    /// A string.
    pub(super) fn text(&mut self, key: &'static str) -> Text {
        self.read(key, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, key: &'static str) -> Field<At<bool>> {
        self.read(key, "`true` or `false`", DeValue::as_bool)
    }

    /// A date, with or without a time.
    pub(super) fn date(&mut self, key: &'static str) -> Field<At<Datetime>> {
        self.read(key, "a date", |value| value.as_datetime().copied())
    }

    /// A whole number; one that does not fit is the largest or smallest there is.
    pub(super) fn integer(&mut self, key: &'static str) -> Field<At<i64>> {
        self.read(key, "a whole number", |value| {
            let number = value.as_integer()?;
            let end = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
            Some(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(end))
        })
    }

    /// A list of strings. What is no string in it is reported and left out.
    pub(super) fn texts(&mut self, key: &'static str) -> Texts {
        match self.node(key) {
            Some((_, node)) => self.list(key, "a list of strings", node),
            None => Field::Absent,
        }
    }

    /// A string, or a list of strings.
    pub(super) fn text_or_texts(&mut self, key: &'static str) -> Texts {
        match self.node(key) {
            Some((_, At { value: DeValue::String(text), span })) => {
                Field::Given(At::new(vec![At::new(text.into_owned(), span.clone())], span))
            }
            Some((_, node)) => self.list(key, "a string or a list of strings", node),
            None => Field::Absent,
        }
    }

    fn list(&self, key: &str, wants: &str, node: Node<'i>) -> Texts {
        let DeValue::Array(array) = node.value else {
            self.problems.add(wrong_type(key, wants, &node.value, &node.span));
            return Field::Broken;
        };
        let mut texts = Vec::with_capacity(array.len());
        for element in array {
            let span = element.span();
            match element.into_inner() {
                DeValue::String(text) => texts.push(At::new(text.into_owned(), span)),
                other => {
                    let message = format!("`{key}` takes {wants}; in it stands {}", kind(&other));
                    self.problems.add(Problem::new(&span, message).help_if(advice("a string", &other)));
                }
            }
        }
        Field::Given(At::new(texts, node.span))
    }

    /// All entries that were not asked for by name, by position: for tables whose keys are names.
    pub(super) fn into_entries(self) -> Vec<(At<String>, Node<'i>)> {
        let mut entries: Vec<_> = self
            .entries
            .into_iter()
            .map(|(key, value)| {
                let (key_span, span) = (key.span(), value.span());
                (At::new(key.into_inner().into_owned(), key_span), At::new(value.into_inner(), span))
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    /// Reports whatever was not asked for. `hint` knows what some keys were meant to be that no likeness tells.
    pub(super) fn close(self, hint: impl Fn(&str) -> Option<String>) {
        self.report(Unasked::Everything, hint);
    }

    /// Reports what was not asked for, as far as `unasked` goes.
    pub(super) fn report(self, unasked: Unasked, hint: impl Fn(&str) -> Option<String>) {
        let (what, asked, problems) = (self.what, self.asked.clone(), self.problems);
        let sources = secret_sources(&asked);
        for (key, node) in self.into_entries() {
            let may_be_secret = is_secret_key(&key.value);
            if may_be_secret {
                problems.conceal(&node.span);
            }
            if may_be_secret && (!sources.is_empty() || unasked == Unasked::Secrets) {
                problems.add(secret(&key, &sources).help_if(hint(&key.value)));
            } else if unasked == Unasked::Everything {
                let nearest = problems.nearest(&key.value, asked.iter().copied());
                let help = hint(&key.value).unwrap_or_else(|| match nearest {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("its keys are {}", listed(asked.iter().copied())),
                });
                problems.add(Problem::new(&key.span, format!("{} is no key of {what}", quoted(&key.value))).help(help));
            }
        }
    }
}

/// How much of what was not asked for is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unasked {
    /// All of it.
    Everything,
    /// Just secrets: for a section of which nobody knows what belongs there.
    Secrets,
}

/// A secret was written down. Its value is not repeated.
fn secret(key: &At<String>, sources: &[&str]) -> Problem {
    let instead = match sources {
        [] => "take it out of the file".to_owned(),
        sources => format!("say where the secret is, with one of {}", listed(sources.iter().copied())),
    };
    Problem::new(&key.span, format!("{} would hold a secret, and a declaration never does", quoted(&key.value)))
        .help(format!("{instead}; whoever can read the file knows this one"))
}

/// `key` holds `value`, and takes something else.
pub(super) fn wrong_type(key: &str, wants: &str, value: &DeValue<'_>, span: &Range<usize>) -> Problem {
    Problem::new(span, format!("{} takes {wants}; here stands {}", quoted(key), kind(value)))
        .help_if(advice(wants, value))
}

/// How the value comes to be what is wanted, where that is plain.
fn advice(wants: &str, value: &DeValue<'_>) -> Option<&'static str> {
    match (wants, value) {
        ("a date", DeValue::String(text)) if text.parse::<Datetime>().is_ok() => Some("leave the quotes out"),
        ("a whole number", DeValue::String(text)) if text.parse::<i64>().is_ok() => Some("leave the quotes out"),
        ("`true` or `false`", DeValue::String(text)) if text.parse::<bool>().is_ok() => Some("leave the quotes out"),
        ("a whole number", DeValue::String(_)) => Some("write a number, without quotes and without a unit"),
        ("`true` or `false`", DeValue::String(_)) => Some("write one of these two words, without quotes"),
        ("a date", _) => Some("write a date: `2026-12-01`"),
        ("a string", DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_)) => Some("put it in quotes"),
        ("a list of strings", DeValue::String(_)) => Some("put it in brackets: `[\"…\"]`"),
        ("a string", DeValue::Array(array)) if array.len() == 1 => Some("leave the brackets out"),
        _ => None,
    }
}

/// What a value is, for people.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
