//! The DMARC policy of a domain.

use crate::declared::names;
use crate::declared::policy::{ACTIONS, ALIGNMENTS, DmarcPolicy, PUBLIC_SUFFIXES};
use crate::declared::problem::{Problem, Problems};
use crate::declared::raw;
use crate::declared::source::At;
use crate::declared::suggest::quoted;
use crate::declared::table::{Field, Text, Texts};

use super::values;

pub(super) fn resolve(field: Field<raw::Dmarc>, problems: &Problems) -> Option<DmarcPolicy> {
    let raw = field.given()?;
    let action = |key, field| values::word_field(key, field, ACTIONS, action_meant, problems);
    let alignment = |key, field| values::word_field(key, field, ALIGNMENTS, alignment_meant, problems);
    if raw.policy.is_absent() && raw.sound {
        let message = "`dmarc` does not say its `policy`";
        problems
            .add(Problem::new(&raw.span, message).help("add `policy = \"none\"`, `\"quarantine\"` or `\"reject\"`"));
    }
    if let (Field::Given(fo), Field::Absent, true) = (&raw.fo, &raw.ruf, raw.sound) {
        let message = "`fo` has no effect without `ruf` (RFC 9989, section 4.7)";
        problems.add(Problem::new(&fo.span, message).help("add `ruf`, or leave `fo` out"));
    }
    let policy = action("policy", raw.policy);
    let subdomain_policy = action("subdomain-policy", raw.subdomain_policy);
    let nonexistent_policy = action("nonexistent-policy", raw.nonexistent_policy);
    let rua = report_addresses("rua", raw.rua, problems);
    let ruf = report_addresses("ruf", raw.ruf, problems);
    let adkim = alignment("adkim", raw.adkim);
    let aspf = alignment("aspf", raw.aspf);
    let fo = failure_options(raw.fo, problems);
    let psd = values::word_field("psd", raw.psd, PUBLIC_SUFFIXES, psd_meant, problems);
    Some(DmarcPolicy {
        span: raw.span,
        policy: policy?,
        subdomain_policy,
        nonexistent_policy,
        rua,
        ruf,
        adkim,
        aspf,
        fo,
        testing: raw.testing.given(),
        psd,
    })
}

fn action_meant(text: &str) -> Option<&'static str> {
    match text {
        "monitor" | "monitoring" | "p=none" => Some("none"),
        "spam" | "junk" | "p=quarantine" => Some("quarantine"),
        "block" | "fail" | "p=reject" => Some("reject"),
        _ => None,
    }
}

fn alignment_meant(text: &str) -> Option<&'static str> {
    match text {
        "r" => Some("relaxed"),
        "s" => Some("strict"),
        _ => None,
    }
}

fn psd_meant(text: &str) -> Option<&'static str> {
    match text {
        "yes" | "true" => Some("y"),
        "no" | "false" => Some("n"),
        _ => None,
    }
}

/// `fo`: options with colons between them, each once; `0` and `1` exclude each other (RFC 9989, section 4.7).
fn failure_options(field: Text, problems: &Problems) -> Option<At<String>> {
    let text = field.given()?;
    let options: Vec<&str> = text.value.split(':').collect();
    let known = options.iter().all(|option| matches!(*option, "0" | "1" | "d" | "s"));
    let twice = options.iter().enumerate().any(|(index, option)| options.iter().take(index).any(|seen| seen == option));
    if known && !twice && !(options.contains(&"0") && options.contains(&"1")) {
        return Some(text);
    }
    let message = format!("{} is no value of `fo`", quoted(&text.value));
    let help = "it takes `0` or `1`, and `d` and `s`, with colons between them: `1:d:s`";
    problems.add(Problem::new(&text.span, message).help(help));
    None
}

/// Addresses that reports go to: `mailto:` URIs, which every receiver must understand (RFC 9989, section 4.7).
fn report_addresses(key: &str, field: Texts, problems: &Problems) -> Vec<At<String>> {
    let texts = field.given().map(|list| list.value).unwrap_or_default();
    let mut kept = Vec::with_capacity(texts.len());
    for text in texts {
        match check_report_address(&text.value) {
            Ok(()) => kept.push(text),
            Err((why, help)) => {
                let message = format!("{} is no report address for `{key}`: {why}", quoted(&text.value));
                problems.add(Problem::new(&text.span, message).help_if(help));
            }
        }
    }
    values::without_repeats(kept, problems)
}

/// Why a URI cannot stand in a declaration, and what to do.
pub(in crate::declared) fn check_report_address(uri: &str) -> Result<(), (String, Option<String>)> {
    let because = |why: &str, help: Option<String>| Err((why.to_owned(), help));
    let Some(rest) = uri.strip_prefix("mailto:") else {
        let scheme = uri.split_once(':').map(|(scheme, _)| scheme);
        return match scheme {
            None if uri.contains('@') => {
                because("`mailto:` is missing", Some(format!("write `mailto:{}`", uri.trim())))
            }
            Some(scheme) if scheme.eq_ignore_ascii_case("mailto") => {
                because("`mailto:` is written in small letters", None)
            }
            Some("http" | "https") => {
                because("receivers report by mail only", Some("write a `mailto:` URI".to_owned()))
            }
            _ => because("it is no `mailto:` URI", Some("write `mailto:dmarc@example.com`".to_owned())),
        };
    };
    if let Some(address) = rest.strip_prefix("//") {
        return because("`mailto:` takes no slashes", Some(format!("write `mailto:{address}`")));
    }
    if let Some(wrong) = rest.chars().find(|character| matches!(character, ',' | ';' | ' ')) {
        let help = "write each address as a string of its own: `[\"mailto:…\", \"mailto:…\"]`";
        return because(&format!("it holds {}", quoted(&wrong.to_string())), Some(help.to_owned()));
    }
    if rest.contains('!') {
        return because(
            "a `!` is a size limit, which RFC 9989 has no more",
            Some("write `%21` for the character".to_owned()),
        );
    }
    if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
        return because("it holds characters that a URI may not have (RFC 3986)", None);
    }
    let address = rest.split('?').next().unwrap_or_default();
    match address.rsplit_once('@') {
        Some((local, host)) if !local.is_empty() => match names::domain_name(host) {
            Ok(_) => Ok(()),
            Err(refusal) => Err((refusal.message, refusal.help)),
        },
        _ => because("it is no mail address", Some("write `mailto:dmarc@example.com`".to_owned())),
    }
}
