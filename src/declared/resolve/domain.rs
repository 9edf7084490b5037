//! One domain.

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use crate::declared::guard::Guard;
use crate::declared::model::{Domain, PublishedFrom, SpfPolicy};
use crate::declared::policy::{ACTIONS, AllPolicy};
use crate::declared::problem::{Problem, Problems};
use crate::declared::provider::{ProviderConfig, ProviderKind};
use crate::declared::raw;
use crate::declared::source::At;
use crate::declared::suggest::{listed, quoted};
use crate::declared::table::{Field, Text};
use crate::record::dmarc::Policy;

use super::context::Context;
use super::{dkim, dmarc, sender, values};

/// Longest TTL (RFC 2181, section 8).
const MAX_TTL: u32 = 0x7fff_ffff;

/// Reads a domain. None where its own name is none, after all else in it has been judged.
pub(super) fn resolve(name: Option<At<Name>>, raw: raw::Domain, context: &Context<'_>) -> Option<Domain> {
    let problems = context.problems;
    contradictions(&raw, problems);
    let sends = boolean(&raw.sends, true);
    let egress = list(raw.egress.as_ref(), |group| refer_to_group(group, context));
    let senders = list(raw.senders.as_ref(), |id| sender::refer(id, context));
    let provider = raw.provider.given().and_then(|name| refer_to_provider(&name, context));
    let published = published(raw.published, provider.as_ref(), problems);
    let accept = raw.accept.given().map(|list| list.value).unwrap_or_default();
    let guards = raw.allow.given().map(|list| list.value).unwrap_or_default();
    let ttl = ttl(raw.ttl, problems);
    let spf = spf(raw.spf, problems);
    let dmarc = dmarc::resolve(raw.dmarc, problems);
    let dkim = dkim::resolve(name.as_ref().map(|name| &name.value), raw.dkim, context);
    Some(Domain {
        name: name?,
        sends,
        receives: boolean(&raw.receives, true),
        says_who_sends: !sends || !raw.egress.is_absent() || !raw.senders.is_absent(),
        egress: once_each(egress, |group| &group.name.value, problems),
        senders: once_each(senders, |sender| &sender.id, problems),
        spf,
        ttl,
        accept: values::without_repeats(accept, problems),
        allow: values::without_repeats(
            guards.iter().filter_map(|guard| refer_to_guard(guard, problems)).collect(),
            problems,
        ),
        ignore: raw.ignore,
        bulk: boolean(&raw.bulk, false),
        dmarc,
        dkim,
        provider,
        published,
    })
}

fn boolean(field: &Field<At<bool>>, default: bool) -> bool {
    field.as_ref().given().map_or(default, |at| at.value)
}

fn list<T>(field: Field<&At<Vec<At<String>>>>, refer: impl Fn(&At<String>) -> Option<At<T>>) -> Vec<At<T>> {
    field.given().map(|list| list.value.iter().filter_map(refer).collect()).unwrap_or_default()
}

/// The list without what it names for the second time, each of which is noted.
fn once_each<T>(list: Vec<At<Arc<T>>>, id: impl Fn(&T) -> &String, problems: &Problems) -> Vec<At<Arc<T>>> {
    let ids = list.iter().map(|at| At::new(id(&at.value).clone(), at.span.clone())).collect();
    let kept = values::without_repeats(ids, problems);
    if kept.len() == list.len() {
        return list;
    }
    let mut kept = kept.into_iter().map(|at| at.span).peekable();
    list.into_iter().filter(|at| kept.next_if(|span| *span == at.span).is_some()).collect()
}

/// What a domain that does not send cannot ask for.
fn contradictions(raw: &raw::Domain, problems: &Problems) {
    let Field::Given(At { value: false, span: sends }) = &raw.sends else {
        return;
    };
    let add = |span, message: String, help: &str| {
        problems.add(Problem::new(span, message).related(sends, "the domain does not send").help(help));
    };
    for (key, field) in [("egress", &raw.egress), ("senders", &raw.senders)] {
        if let Field::Given(list) = field
            && !list.value.is_empty()
        {
            add(
                &list.span,
                format!("`{key}` says who sends, and `sends = false` that nobody does"),
                "leave one of them out",
            );
        }
    }
    if let Field::Given(bulk) = &raw.bulk
        && bulk.value
    {
        add(&bulk.span, "a domain that does not send does not send in bulk".to_owned(), "leave `bulk` out");
    }
    if let Field::Given(raw::Spf { all: Field::Given(all), .. }) = &raw.spf
        && AllPolicy::WORDS.iter().any(|(word, policy)| *word == all.value && *policy != AllPolicy::Fail)
    {
        let message = format!("a domain that does not send ends in `-all`, and not in {}", quoted(&all.value));
        add(&all.span, message, "leave `all` out");
    }
    if let Field::Given(raw::Dmarc { policy: Field::Given(policy), .. }) = &raw.dmarc
        && ACTIONS.iter().any(|(word, action)| *word == policy.value && *action != Policy::Reject)
    {
        let message = format!("a domain that does not send has the policy `reject`, and not {}", quoted(&policy.value));
        add(&policy.span, message, "write `policy = \"reject\"`");
    }
}

fn spf(field: Field<raw::Spf>, problems: &Problems) -> SpfPolicy {
    let Some(raw::Spf { all, exclusive }) = field.given() else {
        return SpfPolicy::default();
    };
    if let Field::Given(text) = &all
        && matches!(&*text.value, "pass" | "+all" | "+" | "all")
    {
        let message = format!("{} would let the whole internet send with this domain", quoted(&text.value));
        problems.add(Problem::new(&text.span, message).help("`all` takes `fail`, `softfail` and `neutral`"));
        return SpfPolicy { all: None, exclusive: boolean(&exclusive, false) };
    }
    let meant = |text: &str| match text {
        "-all" | "-" | "hardfail" | "reject" => Some("fail"),
        "~all" | "~" | "quarantine" => Some("softfail"),
        "?all" | "?" | "none" => Some("neutral"),
        _ => None,
    };
    let all = values::word_field("all", all, AllPolicy::WORDS, meant, problems);
    SpfPolicy { all, exclusive: boolean(&exclusive, false) }
}

fn ttl(field: Field<At<i64>>, problems: &Problems) -> Option<At<u32>> {
    let At { value, span } = field.given()?;
    let ttl = u32::try_from(value).ok().filter(|ttl| *ttl <= MAX_TTL);
    if ttl.is_none() {
        let message = format!("a TTL is a number of seconds from 0 to {MAX_TTL} (RFC 2181, section 8)");
        problems.add(Problem::new(&span, message).help("an hour is `ttl = 3600`"));
    }
    ttl.map(|ttl| At::new(ttl, span))
}

fn published(field: Text, provider: Option<&At<Arc<ProviderConfig>>>, problems: &Problems) -> PublishedFrom {
    const WORDS: &[(&str, PublishedFrom)] = &[("dns", PublishedFrom::Dns), ("provider", PublishedFrom::Provider)];
    let Some(read) = values::word_field("published", field, WORDS, values::plain, problems) else {
        return PublishedFrom::Dns;
    };
    if read.value == PublishedFrom::Provider {
        match provider.map(|at| &at.value.kind) {
            None => {
                let message = "`published` wants to read at the provider, and the domain has none";
                problems
                    .add(Problem::new(&read.span, message).help("name one with `provider`, or leave `published` out"));
            }
            Some(ProviderKind::Manual) => {
                let message = "`published` wants to read at the provider, and a web panel cannot be read";
                problems.add(Problem::new(&read.span, message).help("leave `published` out"));
            }
            Some(_) => {}
        }
    }
    read.value
}

fn refer_to_group(name: &At<String>, context: &Context<'_>) -> Option<At<Arc<crate::declared::model::EgressGroup>>> {
    if let Some(group) = context.egress.get(&name.value) {
        context.uses("egress", &name.value);
        return group.clone().map(|group| At::new(group, name.span.clone()));
    }
    let help = if name.value.parse::<IpNet>().is_ok() || name.value.parse::<std::net::IpAddr>().is_ok() {
        format!("addresses stand in a group: `[egress.NAME]` with `addresses = [\"{}\"]`", name.value)
    } else {
        missing(&name.value, &context.egress, "egress", context.problems)
    };
    let message = format!("there is no egress group {}", quoted(&name.value));
    context.problems.add(Problem::new(&name.span, message).help(help));
    None
}

fn refer_to_provider(name: &At<String>, context: &Context<'_>) -> Option<At<Arc<ProviderConfig>>> {
    if let Some(provider) = context.providers.get(&name.value) {
        context.uses("provider", &name.value);
        return provider.clone().map(|provider| At::new(provider, name.span.clone()));
    }
    let help = missing(&name.value, &context.providers, "providers", context.problems);
    let message = format!("there is no provider {}", quoted(&name.value));
    context.problems.add(Problem::new(&name.span, message).help(help));
    None
}

/// What to do about a name that no section has.
fn missing<T>(name: &str, named: &BTreeMap<String, T>, section: &str, problems: &Problems) -> String {
    match problems.nearest(name, named.keys().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("declare it in a section `[{section}.NAME]`"),
    }
}

fn refer_to_guard(name: &At<String>, problems: &Problems) -> Option<At<Guard>> {
    if let Some(guard) = Guard::from_name(&name.value) {
        return Some(At::new(guard, name.span.clone()));
    }
    let names = Guard::ALL.map(Guard::name);
    let help = match problems.nearest(&name.value, names) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("guards are {}", listed(names)),
    };
    problems.add(Problem::new(&name.span, format!("there is no guard {}", quoted(&name.value))).help(help));
    None
}
