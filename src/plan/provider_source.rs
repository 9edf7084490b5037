//! What a provider holds, read as if DNS served it: for domains that are declared with `published = "provider"`.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, RdataError, RecordSet, RrType};
use mailvouch_providers::{Owner, Provider, ProviderError, Value};

use super::unpublished::lacking;
use crate::published::{Absence, Failure, Question, Reason, Reply, Source, State};
use crate::record::SpfRecord;

/// Longest chain of aliases that is followed.
const MAX_CHAIN: usize = 16;

/// Answers for some domains from their providers, and for all other names from the source beneath.
pub struct ProviderSource {
    domains: HashMap<Name, Arc<dyn Provider>>,
    beneath: Arc<dyn Source>,
}

impl ProviderSource {
    /// Each domain with the provider that speaks for it and for the names below it.
    pub fn new(domains: impl IntoIterator<Item = (Name, Arc<dyn Provider>)>, beneath: Arc<dyn Source>) -> Self {
        Self { domains: domains.into_iter().collect(), beneath }
    }

    /// The provider that speaks for a name: that of the longest domain above it.
    fn provider_of(&self, name: &Name) -> Option<&Arc<dyn Provider>> {
        name.ancestors().find_map(|above| self.domains.get(&above))
    }

    /// What a provider holds at one name; none where the name is not its to speak of.
    async fn held(&self, name: &Name) -> Option<Result<(Owner, Option<Name>), ProviderError>> {
        let provider = self.provider_of(name)?;
        match read(provider.as_ref(), name).await {
            Err(ProviderError::NoZone(_)) => provider.source_file(name).map(|file| Err(lacking(&file, name))),
            Ok((owner, _)) if owner.delegated_at.is_some() => None,
            other => Some(other),
        }
    }
}

/// The owner as it stands, or the wildcard that answers for it (RFC 4592), with the wildcard's name.
async fn read(provider: &dyn Provider, name: &Name) -> Result<(Owner, Option<Name>), ProviderError> {
    let zone = provider.zone_of(name).await?;
    let parents = name.ancestors().skip(1).take_while(|parent| parent.is_at_or_below(&zone.name));
    let wildcards = parents.filter_map(|parent| parent.child("*").ok());
    let names: Vec<Name> = std::iter::once(name.clone()).chain(wildcards).collect();
    let mut owners = provider.read(&zone, &names).await?.into_iter();
    let Some(here) = owners.next() else {
        return Err(ProviderError::Unavailable("no answer for the name".to_owned()));
    };
    if !here.values.is_empty() || here.delegated_at.is_some() {
        return Ok((here, None));
    }
    let wildcard = owners.find(|owner| !owner.values.is_empty());
    Ok(wildcard.map_or((here, None), |owner| {
        let made_from = owner.name.clone();
        (owner, Some(made_from))
    }))
}

#[async_trait]
impl Source for ProviderSource {
    async fn ask(&self, question: &Question) -> Reply {
        if !question.via.is_usual() {
            return self.beneath.ask(question).await;
        }
        let mut chain: Vec<Name> = Vec::new();
        let mut name = question.name.clone();
        while chain.len() <= MAX_CHAIN {
            let (owner, wildcard) = match self.held(&name).await {
                None => {
                    let beneath = self.beneath.ask(&Question { name: name.clone(), ..question.clone() }).await;
                    chain.extend(beneath.chain.iter().cloned());
                    return Reply { chain: chain.into(), ..beneath };
                }
                Some(Err(error)) => {
                    let failure = Failure { reason: Reason::Unreachable, server: Some(error.to_string()) };
                    return Reply { chain: chain.into(), ..Reply::from(State::Unknown(failure)) };
                }
                Some(Ok(held)) => held,
            };
            if question.rtype != RrType::CNAME
                && let Some(target) = owner.values.iter().find_map(|value| value.rdata.as_cname()).cloned()
            {
                chain.push(target.clone());
                name = target;
                continue;
            }
            let values: Vec<&Value> = owner.of_type(question.rtype).collect();
            // No server loads what such a string stands in; of an SPF record a finding tells that, of others none.
            let untold = values.iter().filter_map(|value| value.rdata.as_txt()).find_map(|txt| {
                let (_, long) = txt.long_strings().next()?;
                SpfRecord::parse(&txt.joined()).is_none().then_some(RdataError::LongString(long.len()))
            });
            let state = match values.first() {
                _ if let Some(error) = untold => {
                    State::Unknown(Failure { reason: Reason::Garbage, server: Some(error.to_string()) })
                }
                // Whether the name exists for other types is more than was asked of the provider.
                None => State::Absent(Absence::NoData),
                Some(first) => State::Found(RecordSet {
                    ttl: first.ttl,
                    values: values.iter().map(|value| value.rdata.clone()).collect(),
                }),
            };
            return Reply { chain: chain.into(), wildcard, ..Reply::from(state) };
        }
        Reply { chain: chain.into(), ..Reply::unknown(Reason::ServFail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::Answers;
    use mailvouch_providers::dns::{Rdata, Txt};
    use mailvouch_providers::memory::Memory;

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn txt(text: &str) -> Value {
        Value::new(Rdata::Txt(Txt::from_text(text.as_bytes())), 60)
    }

    fn source() -> ProviderSource {
        let records = [
            (name("example.com"), txt("v=spf1 -all")),
            (name("s1._domainkey.example.com"), Value::new(Rdata::Cname(name("s1.vendor.example")), 60)),
            (name("alias.example.com"), Value::new(Rdata::Cname(name("example.com")), 60)),
            (name("*.wild.example.com"), txt("made")),
            (name("child.example.com"), Value::new(Rdata::Ns(name("ns.elsewhere.example")), 60)),
        ];
        let provider: Arc<dyn Provider> = Arc::new(Memory::with_zone(name("example.com"), records));
        let found = RecordSet { ttl: 5, values: vec![txt("from DNS").rdata] };
        let beneath = ["s1.vendor.example", "a.child.example.com", "other.example"]
            .map(|owner| (Question::new(&name(owner), RrType::TXT), Arc::new(Reply::found(found.clone()))));
        let beneath: Answers = beneath.into_iter().collect();
        ProviderSource::new([(name("example.com"), provider)], Arc::new(beneath))
    }

    async fn ask(owner: &str) -> Reply {
        source().ask(&Question::new(&name(owner), RrType::TXT)).await
    }

    #[tokio::test]
    async fn a_domain_is_answered_by_its_provider_and_all_else_by_dns() {
        assert_eq!(ask("example.com").await.records().map(|set| set.ttl), Some(60));
        assert_eq!(ask("www.example.com").await.state, State::Absent(Absence::NoData));
        assert_eq!(ask("other.example").await.records().map(|set| set.ttl), Some(5));
        assert_eq!(ask("a.child.example.com").await.records().map(|set| set.ttl), Some(5), "delegated");
        assert_eq!(
            ask("b.child.example.com").await.failure().map(|failure| failure.reason),
            Some(Reason::NotInSnapshot)
        );
    }

    #[tokio::test]
    async fn an_alias_is_followed_out_of_the_provider_and_inside_it() {
        let out = ask("s1._domainkey.example.com").await;
        assert_eq!((out.records().map(|set| set.ttl), &*out.chain), (Some(5), &[name("s1.vendor.example")][..]));
        let inside = ask("alias.example.com").await;
        assert_eq!((inside.records().map(|set| set.ttl), &*inside.chain), (Some(60), &[name("example.com")][..]));
    }

    #[tokio::test]
    async fn a_wildcard_answers_and_is_named() {
        assert_eq!(ask("a.wild.example.com").await.wildcard, Some(name("*.wild.example.com")));
    }
}
