//! The DKIM selectors of a domain.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use mailvouch_providers::dns::Name;

use crate::declared::key::{KeyAlgorithm, PublicKey};
use crate::declared::model::{Selector, SelectorWant};
use crate::declared::names::selector_owner;
use crate::declared::problem::Problem;
use crate::declared::raw::{self, Section};
use crate::declared::source::At;
use crate::declared::suggest::quoted;
use crate::declared::table::Field;

use super::context::Context;
use super::values;

/// Receivers must verify keys of up to this size (RFC 8301, section 3.2); of larger ones nothing is said.
const VERIFIED_RSA_BITS: usize = 4096;
/// Signers should use keys of at least this size (RFC 8301, section 3.2).
const ADVISED_RSA_BITS: usize = 2048;

/// Reads the selectors. `domain` is none where the domain's name is wrong: they are judged all the same.
pub(super) fn resolve(
    domain: Option<&Name>,
    sections: Vec<Section<raw::Selector>>,
    context: &Context<'_>,
) -> Vec<Selector> {
    let mut selectors = Vec::with_capacity(sections.len());
    let mut owners = HashMap::with_capacity(sections.len());
    for section in sections {
        let Section { name, span, content, sound } = section;
        let owner = values::read(&name, |text| selector_owner(text, domain), context.problems);
        if let Some(owner) = &owner
            && let Some(first) = owners.insert(owner.value.clone(), owner.span.clone())
        {
            let message = format!("the selector {} is declared twice", quoted(&name.value));
            context.problems.add(Problem::new(&name.span, message).related(&first, "here for the first time"));
        }
        let Some(raw) = content else {
            continue;
        };
        let retire = values::moment(raw.retire.clone(), context.problems);
        let missing = sound.then_some(&span);
        let want = want(&name, missing, raw, context);
        if let (Some(owner), Some(want), Some(_)) = (owner, want, domain) {
            selectors.push(Selector { name, owner: owner.value, want, retire });
        }
    }
    selectors
}

/// What is to stand at the selector: exactly one of four. `missing` is what is underlined where none is asked for.
fn want(
    name: &At<String>,
    missing: Option<&Range<usize>>,
    raw: raw::Selector,
    context: &Context<'_>,
) -> Option<SelectorWant> {
    let problems = context.problems;
    let raw::Selector { key_file, cname, present, revoked, retire } = raw;
    for (key, field) in [("present", &present), ("revoked", &revoked)] {
        if let Field::Given(At { value: false, span }) = field {
            let problem = Problem::new(span, format!("`{key}` can only be `true`"));
            problems.add(problem.help("leave it out, or say what is to stand at the selector"));
        }
    }
    let (present, revoked) = (present.given(), revoked.given());
    let denied = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|flag| !flag.value);
    let missing = missing.filter(|_| !denied(&present) && !denied(&revoked));
    let (key_file, cname) = (key_file.given(), cname.given());
    let given: Vec<_> = [
        ("key-file", key_file.as_ref().map(|at| &at.span)),
        ("cname", cname.as_ref().map(|at| &at.span)),
        ("present", present.as_ref().filter(|flag| flag.value).map(|at| &at.span)),
        ("revoked", revoked.as_ref().filter(|flag| flag.value).map(|at| &at.span)),
    ]
    .into_iter()
    .filter_map(|(key, span)| Some((key, span?)))
    .collect();
    match given.as_slice() {
        [] => {
            if let Some(section) = missing {
                let message = format!("nothing says what is to stand at the selector {}", quoted(&name.value));
                let help = "add one of `key-file`, `cname`, `present` and `revoked`";
                problems.add(Problem::new(section, message).help(help));
            }
            return None;
        }
        [_] => {}
        [(first, first_span), rest @ ..] => {
            for (key, span) in rest {
                let message = format!("a selector has one of `{first}` and `{key}`, not both");
                problems.add(Problem::new(span, message).related(first_span, format!("`{first}` stands here")));
            }
            return None;
        }
    }
    if let (Field::Given(retire), [(key @ ("present" | "revoked"), span)]) = (&retire, given.as_slice()) {
        let message = format!("`retire` has no meaning beside `{key}`");
        let help = match *key {
            "revoked" => "the key is revoked already: leave `retire` out",
            _ => "the key is somebody else's: take the selector out when it goes",
        };
        problems.add(Problem::new(&retire.span, message).related(span, format!("`{key}` stands here")).help(help));
    }
    if let Some(file) = key_file {
        key(&file, context).map(SelectorWant::Key)
    } else if let Some(target) = cname {
        values::name(&target, problems).map(SelectorWant::Cname)
    } else if present.is_some() {
        Some(SelectorWant::Present)
    } else {
        Some(SelectorWant::Revoked)
    }
}

/// The key in a file; what is not usual about it is noted.
fn key(file: &At<String>, context: &Context<'_>) -> Option<At<Arc<PublicKey>>> {
    let problems = context.problems;
    if let Some(problem) = no_path(file) {
        // Whatever was written here instead of a path may be a private key.
        problems.conceal(&file.span);
        problems.add(problem);
        return None;
    }
    let key = match context.key(&context.path(&file.value)) {
        Ok(key) => key,
        Err(error) => {
            let message = format!("the key file {} {error}", quoted(&file.value));
            problems.add(Problem::new(&file.span, message).help_if(error.help()));
            return None;
        }
    };
    if let KeyAlgorithm::Rsa { bits } = key.algorithm {
        let why = if bits < ADVISED_RSA_BITS {
            format!("keys should have at least {ADVISED_RSA_BITS} (RFC 8301)")
        } else if bits > VERIFIED_RSA_BITS {
            format!("receivers need not verify more than {VERIFIED_RSA_BITS} (RFC 8301)")
        } else {
            String::new()
        };
        if !why.is_empty() {
            problems.note(Problem::new(&file.span, format!("this RSA key has {bits} bits; {why}")));
        }
    }
    Some(At::new(key, file.span.clone()))
}

/// What is wrong with a path that cannot be one.
fn no_path(file: &At<String>) -> Option<Problem> {
    let text = &file.value;
    let message = if text.trim().is_empty() {
        "the path is empty"
    } else if text.contains("-----BEGIN") || text.starts_with("MI") && text.len() > 80 || text.contains("p=MI") {
        "`key-file` holds a key, and takes the path of a file"
    } else if text.contains('\0') || text.contains('\n') || text.len() > 4096 {
        "`key-file` takes the path of a file"
    } else {
        return None;
    };
    Some(Problem::new(&file.span, message).help("write the path of a PEM file: `key-file = \"keys/s1.pub.pem\"`"))
}
