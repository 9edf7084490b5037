//! `dmarc-invalid-value`: a tag whose value is none that it may have.

use mailvouch_providers::dns::escape_joined_text;

use super::own::Own;
use crate::declared::nearest_name;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::DmarcRecord;
use crate::record::dmarc::{Policy, Standing};
use crate::record::tag_list::{Tag, TagList};

pub(in crate::lint::rules) struct InvalidValue;

impl Rule for InvalidValue {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-invalid-value",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-invalid-value.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let record = own.record;
        let invalid = [
            ("p", record.policy().is_invalid()),
            ("sp", record.subdomain_policy().is_invalid()),
            ("np", record.nonexistent_policy().is_invalid()),
            ("adkim", record.adkim().is_invalid()),
            ("aspf", record.aspf().is_invalid()),
            ("fo", record.failure_options().is_invalid()),
            ("t", record.testing().is_invalid()),
            ("psd", record.public_suffix().is_invalid()),
        ];
        let tags = invalid.into_iter().filter(|(_, invalid)| *invalid);
        let tags = tags.filter_map(|(name, _)| Some((name, record.tag(name)?)));
        tags.filter(|(_, tag)| !own.is_garbled(tag)).map(|(name, tag)| self.about(&own, name, tag)).collect()
    }
}

impl InvalidValue {
    fn about(&self, own: &Own<'_>, name: &str, tag: &Tag) -> Diagnostic {
        let is_policy = matches!(name, "p" | "sp" | "np");
        let value = escape_joined_text(&tag.value.node);
        let effect = if is_policy {
            match own.record.standing() {
                Standing::Ignored => "the whole record is ignored (no usable `rua`)".to_owned(),
                Standing::ReportsOnly | Standing::Policy => {
                    "the record counts as `p=none`, for reports only".to_owned()
                }
            }
        } else {
            format!("the default applies: `{name}={}`", default_of(name))
        };
        let message = format!("`{name}={value}` is no value of DMARC: {effect}");
        let found = own.finding(self.meta(), message, &tag.span());
        let found = found.severity(if is_policy { Severity::Error } else { Severity::Warning });
        match meant(name, &tag.value.node) {
            Some(meant) => {
                let fix = own.fix(Safety::Safe, [TagList::replace_value(tag, &meant)]);
                found.note(format!("`{name}={meant}` is meant")).fix(fix)
            }
            None => found.note(values_of(name)),
        }
    }
}

fn default_of(name: &str) -> &'static str {
    match name {
        "fo" => "0",
        "t" => "n",
        "psd" => "u",
        _ => "r",
    }
}

fn values_of(name: &str) -> &'static str {
    match name {
        "p" | "sp" | "np" => "`none`, `quarantine` or `reject`",
        "fo" => "`0` or `1`, `d`, `s`, each once and between colons",
        "t" => "`y` or `n`",
        "psd" => "`y`, `n` or `u`",
        _ => "`r` or `s`",
    }
}

/// The value that was meant, where it can have been only one.
fn meant(name: &str, value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.to_ascii_lowercase();
    let word = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let word = match name {
        "p" | "sp" | "np" => match Policy::from_value(word.as_bytes()) {
            Some(policy) => policy.as_str().to_owned(),
            None => {
                nearest_name(word, [Policy::None, Policy::Quarantine, Policy::Reject].map(Policy::as_str))?.to_owned()
            }
        },
        "adkim" | "aspf" => nearest_word(word, &[("relaxed", "r"), ("strict", "s"), ("r", "r"), ("s", "s")])?,
        "t" => nearest_word(word, &[("yes", "y"), ("true", "y"), ("no", "n"), ("false", "n"), ("y", "y"), ("n", "n")])?,
        "psd" => nearest_word(word, &[("yes", "y"), ("no", "n"), ("y", "y"), ("n", "n"), ("u", "u")])?,
        _ => text.replace([',', ' ', '/', '|'], ":"),
    };
    let is_valid = |record: DmarcRecord| match name {
        "fo" => record.failure_options().declared().is_some(),
        _ => true,
    };
    DmarcRecord::parse(format!("v=DMARC1; {name}={word}").as_bytes()).is_some_and(is_valid).then_some(word)
}

fn nearest_word(word: &str, words: &[(&str, &str)]) -> Option<String> {
    words.iter().find(|(long, _)| *long == word).map(|(_, short)| (*short).to_owned())
}
