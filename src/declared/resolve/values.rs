//! Single values: words, names, moments. Each either has a meaning or has been reported.

use ipnet::IpNet;
use mailvouch_providers::dns::Name;
use toml::value::Datetime;

use crate::declared::address::{self, Refusal};
use crate::declared::dates::{Moment, MomentError};
use crate::declared::names;
use crate::declared::problem::{Problem, Problems};
use crate::declared::source::At;
use crate::declared::suggest::{listed, quoted};
use crate::declared::table::{Field, Texts};

/// One of the words that a key takes.
pub(super) fn word<T: Copy>(
    key: &str,
    text: &At<String>,
    words: &'static [(&'static str, T)],
    meant: impl Fn(&str) -> Option<&'static str>,
    problems: &Problems,
) -> Option<At<T>> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
        return Some(At::new(*value, text.span.clone()));
    }
    let known = words.iter().map(|(word, _)| *word);
    let help = match meant(&text.value).or_else(|| problems.nearest(&text.value, known.clone())) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it takes {}", listed(known)),
    };
    problems.add(Problem::new(&text.span, format!("{} is no value of `{key}`", quoted(&text.value))).help(help));
    None
}

/// The word at a key, if it is there.
pub(super) fn word_field<T: Copy>(
    key: &str,
    field: Field<At<String>>,
    words: &'static [(&'static str, T)],
    meant: impl Fn(&str) -> Option<&'static str>,
    problems: &Problems,
) -> Option<At<T>> {
    field.given().and_then(|text| word(key, &text, words, meant, problems))
}

/// Words that no other word stands for.
pub(super) fn plain(_: &str) -> Option<&'static str> {
    None
}

/// A value that was read from a text, or a problem.
pub(super) fn read<T>(
    text: &At<String>,
    read: impl FnOnce(&str) -> Result<T, Refusal>,
    problems: &Problems,
) -> Option<At<T>> {
    match read(&text.value) {
        Ok(value) => Some(At::new(value, text.span.clone())),
        Err(Refusal { message, help }) => {
            problems.add(Problem::new(&text.span, message).help_if(help));
            None
        }
    }
}

/// A domain name.
pub(super) fn name(text: &At<String>, problems: &Problems) -> Option<At<Name>> {
    read(text, names::domain_name, problems)
}

/// A domain name at a key, if it is there.
pub(super) fn name_field(field: Field<At<String>>, problems: &Problems) -> Option<At<Name>> {
    field.given().and_then(|text| name(&text, problems))
}

/// Domain names in a list. One that stands there twice is noted.
pub(super) fn name_list(field: Texts, problems: &Problems) -> Vec<At<Name>> {
    let texts = field.given().map(|list| list.value).unwrap_or_default();
    let names = texts.iter().filter_map(|text| name(text, problems)).collect();
    without_repeats(names, problems)
}

/// Addresses and ranges in a list. Those for examples are noted, and those that stand there twice.
pub(super) fn networks(field: Texts, problems: &Problems) -> Vec<At<IpNet>> {
    let texts = field.given().map(|list| list.value).unwrap_or_default();
    let mut networks = Vec::with_capacity(texts.len());
    let mut for_examples = Vec::new();
    for text in &texts {
        if let Some(At { value: (network, special), span }) = read(text, address::read_network, problems) {
            if special.is_some() {
                for_examples.push(text);
            }
            networks.push(At::new(network, span));
        }
    }
    if let [first, more @ ..] = for_examples.as_slice() {
        let first_shown = quoted(&first.value);
        let which = match more.len() {
            0 => format!("{first_shown} is"),
            count => format!("{first_shown} and {count} more of this list are"),
        };
        let message = format!("{which} set aside for examples: no real mail comes from there");
        problems.note(Problem::new(&first.span, message));
    }
    without_repeats(networks, problems)
}

/// The list without what stands in it for the second time, each of which is noted.
pub(super) fn without_repeats<T: Clone + Eq + std::hash::Hash>(list: Vec<At<T>>, problems: &Problems) -> Vec<At<T>> {
    let mut seen = std::collections::HashMap::with_capacity(list.len());
    let mut kept = Vec::with_capacity(list.len());
    for at in list {
        if let Some(first) = seen.get(&at.value) {
            let note =
                Problem::new(&at.span, "this stands in the list twice").related(first, "here for the first time");
            problems.note(note.help("leave one out"));
        } else {
            seen.insert(at.value.clone(), at.span.clone());
            kept.push(at);
        }
    }
    kept
}

/// A day or an instant, if it is there.
pub(super) fn moment(field: Field<At<Datetime>>, problems: &Problems) -> Option<At<Moment>> {
    let At { value, span } = field.given()?;
    match Moment::from_toml(&value) {
        Ok(moment) => Some(At::new(moment, span)),
        Err(error) => {
            let help = match error {
                MomentError::NoOffset => format!("write `{value}Z` for UTC, or the offset, as in `{value}+02:00`"),
                MomentError::NoDate => "write a date: `2026-12-01`, or `2026-12-01T09:00:00+02:00`".to_owned(),
                MomentError::OutOfRange => "write a date: `2026-12-01`".to_owned(),
            };
            problems.add(Problem::new(&span, format!("`{value}` is no date: {error}")).help(help));
            None
        }
    }
}
