//! `dmarc-uri`: a report address that no receiver can use.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::dmarc::{Destination, ReportUri, Standing, UriProblem};
use crate::record::{DmarcRecord, Edit, Span};

pub(in crate::lint::rules) struct Uri;

impl Rule for Uri {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-uri",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-uri.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let mut found = Vec::new();
        for (name, uris) in [("rua", own.record.rua()), ("ruf", own.record.ruf())] {
            if own.record.tag(name).is_some_and(|tag| !own.is_garbled(tag)) {
                let bad = uris.iter().filter(|uri| !uri.is_usable());
                found.extend(bad.map(|uri| self.about(&own, name, uri)));
            }
        }
        found.extend(own.stray_addresses().into_iter().map(|(separator, address)| {
            let message = "a semicolon cuts this report address off: no report goes there";
            let edits = [Edit::replace(separator, ",")].into_iter().chain(scheme(&own, &address));
            let fix = own.fix(Safety::Safe, edits);
            own.finding(self.meta(), message, &address).note("commas stand between addresses").fix(fix)
        }));
        found
    }
}

impl Uri {
    fn about(&self, own: &Own<'_>, name: &str, uri: &ReportUri) -> Diagnostic {
        let decides = name == "rua" && own.record.standing() == Standing::Ignored;
        let message = format!("no report goes to this address of `{name}`");
        let message = if decides { format!("{message}, and without one the record does not count") } else { message };
        let found = own.finding(self.meta(), message, &uri.span);
        let found = found.severity(if decides { Severity::Error } else { Severity::Warning }).note(why(uri));
        match edit(own, uri) {
            Some(edit) => found.fix(own.fix(Safety::Safe, [edit])),
            None => found.help("write it as `mailto:ADDRESS`, and a comma before the next one"),
        }
    }
}

fn why(uri: &ReportUri) -> String {
    match &uri.destination {
        Ok(Destination::Other { scheme }) => format!("reporters need not know `{scheme}:`, and hardly one does"),
        Ok(Destination::Mail { .. }) => String::new(),
        Err(UriProblem::Empty) => "no address stands here".to_owned(),
        Err(UriProblem::BareAddress) => "`mailto:` is missing".to_owned(),
        Err(UriProblem::Slashes) => "no slashes follow `mailto:`".to_owned(),
        Err(UriProblem::NoAddress) => "no mail address follows `mailto:`".to_owned(),
        Err(UriProblem::NoScheme) => "no URI, and no mail address either".to_owned(),
        Err(UriProblem::BadOctet(b' ')) => "a URI holds no space".to_owned(),
        Err(UriProblem::BadOctet(_)) => "a character that no URI holds".to_owned(),
        Err(UriProblem::BadSizeLimit) => "a `!` begins a size limit; as a character it is written `%21`".to_owned(),
    }
}

/// The edit that leaves an address that can be used, where only one can have been meant.
fn edit(own: &Own<'_>, uri: &ReportUri) -> Option<Edit> {
    let text = &own.record.text()[uri.span.clone()];
    match uri.destination {
        Err(UriProblem::BareAddress) => Some(Edit::insert(uri.span.start, "mailto:")),
        Err(UriProblem::Slashes) => {
            let rest = text.get("mailto:".len()..)?;
            let slashes = rest.iter().take_while(|&&byte| byte == b'/').count();
            let start = uri.span.start + "mailto:".len();
            is_usable(&[b"mailto:", &rest[slashes..]].concat()).then(|| Edit::delete(start..start + slashes))
        }
        Err(UriProblem::BadOctet(b' ')) => {
            let start = text.iter().position(|&byte| byte == b' ')?;
            let length = text[start..].iter().take_while(|&&byte| byte == b' ').count();
            let span = uri.span.start + start..uri.span.start + start + length;
            let (before, behind) = (&text[..start], &text[start + length..]);
            if is_usable(before) && is_usable(behind) {
                return Some(Edit::replace(span, ","));
            }
            is_usable(&[before, behind].concat()).then(|| Edit::delete(span))
        }
        _ => None,
    }
}

/// Whether a text is a list of addresses that can all be used.
fn is_usable(text: &[u8]) -> bool {
    let record = DmarcRecord::parse(&[b"v=DMARC1; rua=", text].concat());
    let uris = record.as_ref().map(DmarcRecord::rua).unwrap_or_default();
    !uris.is_empty() && uris.iter().all(ReportUri::is_usable)
}

/// The `mailto:` that a stray address lacks.
fn scheme(own: &Own<'_>, address: &Span) -> Option<Edit> {
    let text = &own.record.text()[address.clone()];
    (!is_usable(text)).then(|| Edit::insert(address.start, "mailto:"))
}
