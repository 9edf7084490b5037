//! Changes as they are typed into a web panel.

use std::collections::BTreeMap;

use mailvouch_providers::Value;
use mailvouch_providers::dns::{Name, Rdata};

use crate::output::style::{STRONG, paint};
use crate::plan::{Plan, Step};

/// Each change of the domains in `zones`, which a person makes: what to delete, and what to type where. Of each domain the
/// zone, where it is declared.
pub fn by_hand(plan: &Plan, zones: &BTreeMap<Name, Option<Name>>) -> String {
    let steps: Vec<&Step> = plan.steps.iter().filter(|step| zones.contains_key(&step.domain)).collect();
    if steps.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", paint(STRONG, "to be typed into the web panel of the DNS host:"));
    for step in steps {
        let zone = zones[&step.domain].as_ref().unwrap_or(&step.domain);
        // One that goes and one that comes are one edit: so there is never none, and never two.
        let (mut gone, mut come) = (step.remove.iter(), step.add.iter());
        if let ([old], [new]) = (&step.remove[..], &step.add[..])
            && old.rdata.rtype() == new.rdata.rtype()
        {
            text.push_str(&form(&format!("edit the one that says\n{}", data(old)), step, zone, new));
            gone.next();
            come.next();
        }
        gone.for_each(|value| text.push_str(&form("delete", step, zone, value)));
        come.for_each(|value| text.push_str(&form("create", step, zone, value)));
    }
    text + "then: `mailvouch wait` looks until every server serves it\n"
}

/// One record in the fields that panels have.
fn form(verb: &str, step: &Step, zone: &Name, value: &Value) -> String {
    let (owner, full) = (step.owner.to_string(), zone.to_string());
    let host = match owner.strip_suffix(&full).map(|labels| labels.trim_end_matches('.')) {
        Some("") => "@".to_owned(),
        Some(labels) => labels.to_owned(),
        None => owner.clone(),
    };
    let rtype = value.rdata.rtype();
    format!(
        "\n  {verb}\n    host   {host}   ({owner})\n    type   {rtype}\n    TTL    {}\n    value\n{}\n",
        value.ttl,
        data(value)
    )
}

/// A text goes in as one piece, without quotes: panels cut it themselves.
fn data(value: &Value) -> String {
    let data = match &value.rdata {
        Rdata::Txt(txt) => String::from_utf8_lossy(&txt.joined()).into_owned(),
        other => other.to_string(),
    };
    crate::output::printable::printable(&data).into_owned()
}
