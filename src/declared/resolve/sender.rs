//! Senders with a section of their own. One with the id of a known service changes just what it names.

use std::sync::Arc;

use crate::declared::catalogue::{KnownSender, known_sender, known_senders, meant_by};
use crate::declared::model::Sender;
use crate::declared::policy::SpfNeed;
use crate::declared::problem::{Problem, Problems};
use crate::declared::raw::{self, Section};
use crate::declared::source::At;
use crate::declared::suggest::quoted;

use super::context::Context;
use super::values;

/// The sender that the catalogue knows.
fn of_catalogue(known: &'static KnownSender) -> Sender {
    Sender {
        id: known.id.clone(),
        declared_at: None,
        known: Some(known),
        include: known.include.clone(),
        addresses: Vec::new(),
        spf: known.spf,
        mail_from: None,
        dkim: None,
    }
}

pub(super) fn resolve(section: Section<raw::Sender>, problems: &Problems) -> Option<Sender> {
    let before = problems.count();
    let Section { name, span, content, sound } = section;
    let raw::Sender { include, addresses, spf, mail_from, dkim } = content?;
    let known = known_sender(&name.value);
    let mut sender = known.map_or_else(
        || Sender {
            id: name.value.clone(),
            declared_at: None,
            known: None,
            include: Vec::new(),
            addresses: Vec::new(),
            spf: SpfNeed::Required,
            mail_from: None,
            dkim: None,
        },
        of_catalogue,
    );
    sender.declared_at = Some(name.span.clone());
    let includes_given = !include.is_absent();
    let names = values::name_list(include, problems);
    if includes_given {
        sender.include = names.into_iter().map(|at| at.value).collect();
    }
    sender.addresses = values::networks(addresses, problems);
    sender.mail_from = values::name_field(mail_from, problems);
    sender.dkim = values::name_field(dkim, problems);
    let meant = |text: &str| match text {
        "yes" | "true" | "include" => Some("required"),
        "no" | "false" => Some("none"),
        "bounce" | "envelope" | "mail-from" => Some("return-path"),
        _ => None,
    };
    let spf_span = spf.as_ref().given().map_or(span, |at| at.span.clone());
    if let Some(need) = values::word_field("spf", spf, SpfNeed::WORDS, meant, problems) {
        sender.spf = need.value;
    }
    if sound
        && problems.count() == before
        && sender.spf == SpfNeed::Required
        && sender.include.is_empty()
        && sender.addresses.is_empty()
    {
        let message = format!("the sender {} needs SPF, and nothing says what to authorise", quoted(&name.value));
        let help = "add its `include` or its `addresses`; or say `spf = \"return-path\"` where its envelope sender is \
                    in another domain, `spf = \"none\"` where it relies on DKIM";
        problems.add(Problem::new(&spf_span, message).help(help));
    }
    (problems.count() == before).then_some(sender)
}

/// The sender that a domain names: one with a section, or one of the catalogue.
pub(super) fn refer(id: &At<String>, context: &Context<'_>) -> Option<At<Arc<Sender>>> {
    if let Some(sender) = context.senders.get(&id.value) {
        context.uses("senders", &id.value);
        return sender.clone().map(|sender| At::new(sender, id.span.clone()));
    }
    if let Some(known) = known_sender(&id.value) {
        let mut shared = context.known.borrow_mut();
        let sender = shared.entry(id.value.clone()).or_insert_with(|| Arc::new(of_catalogue(known)));
        return Some(At::new(Arc::clone(sender), id.span.clone()));
    }
    let problems = context.problems;
    let declared = context.senders.keys().map(String::as_str);
    let known = known_senders().iter().map(|known| known.id.as_str());
    let meant = meant_by(&id.value).map(|known| known.id.as_str());
    let help = match meant.or_else(|| problems.nearest(&id.value, declared.chain(known))) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "declare it in a section `[senders.ID]` with its `include`".to_owned(),
    };
    problems.add(Problem::new(&id.span, format!("there is no sender {}", quoted(&id.value))).help(help));
    None
}
