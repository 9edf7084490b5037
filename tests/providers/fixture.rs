//! What a clause of the contract is given: a provider with one zone, and a hand that is not the provider's.

use std::sync::Arc;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};
use mailvouch_providers::{Change, Owner, Provider, ProviderError, Receipt, Value, Zone};

/// TTL of every value that a clause does not give one of its own.
pub(crate) const TTL: u32 = 7200;

/// One provider, running. Dropping it stops whatever it runs on.
pub(crate) struct Fixture {
    /// What is tested.
    pub(crate) provider: Arc<dyn Provider>,
    /// Its one zone, which holds [`skeleton`] and nothing else.
    pub(crate) apex: Name,
    /// The way around the provider; it also keeps alive what the provider talks to.
    pub(crate) backend: Box<dyn Backend>,
}

/// Somebody else who holds the same zone.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    /// Puts these values at the owner, beside what stands there.
    async fn add(&self, owner: &Name, values: &[Value]);

    /// Takes these values, which stand there, away.
    async fn remove(&self, owner: &Name, values: &[Value]);

    /// What stands at the owner, by another way than the provider's. None where there is no other way, or where it
    /// cannot see (a name server does not answer for what is below a delegation).
    async fn truth(&self, _owner: &Name) -> Option<Vec<Value>> {
        None
    }

    /// Whether the SOA record is among what the provider holds: sources that others publish from leave it to them.
    fn has_soa(&self) -> bool {
        true
    }
}

/// The least that a zone has: its SOA, and a name server outside of it.
pub(crate) fn skeleton(apex: &Name) -> Vec<(Name, Value)> {
    let soa = "ns.elsewhere.test. hostmaster.elsewhere.test. 2026010100 3600 600 604800 300";
    let at_apex = |rtype, text| (apex.clone(), value(rtype, text));
    vec![at_apex(RrType::SOA, soa), at_apex(RrType::NS, "ns.elsewhere.test.")]
}

/// A value in presentation form, names absolute.
pub(crate) fn value(rtype: RrType, text: &str) -> Value {
    Value::new(Rdata::parse(rtype, text).expect("rdata"), TTL)
}

/// A TXT value of this text, cut into as few character-strings as it takes.
pub(crate) fn txt(text: impl AsRef<[u8]>) -> Value {
    Value::new(Rdata::Txt(Txt::from_text(text.as_ref())), TTL)
}

/// A TXT value of exactly these character-strings.
pub(crate) fn strings<const N: usize>(strings: [&[u8]; N]) -> Value {
    Value::new(Rdata::Txt(Txt::from_strings(strings).expect("strings that fit")), TTL)
}

/// The same in one order, so that sets can be compared.
pub(crate) fn sorted(values: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.into_iter().collect();
    values.sort_by(|a, b| (&a.rdata, a.ttl).cmp(&(&b.rdata, b.ttl)));
    values
}

impl Fixture {
    /// The apex, or a name below it.
    pub(crate) fn name(&self, labels: &str) -> Name {
        if labels == "@" { self.apex.clone() } else { self.apex.child(labels).expect("a name") }
    }

    /// The zone as the provider names it.
    pub(crate) async fn zone(&self) -> Zone {
        self.provider.zone_of(&self.apex).await.expect("the fixture's zone")
    }

    /// What the provider says stands at one owner.
    pub(crate) async fn read(&self, owner: &Name) -> Owner {
        let answer = self.provider.read(&self.zone().await, std::slice::from_ref(owner)).await;
        let [only] = <[Owner; 1]>::try_from(answer.expect("the zone can be read")).expect("one answer");
        assert_eq!(only.name, *owner);
        only
    }

    /// What stands at an owner, sorted: the truth, where there is a second way to it, with which the provider agrees.
    pub(crate) async fn standing(&self, owner: &Name) -> Vec<Value> {
        let read = sorted(self.read(owner).await.values);
        if let Some(truth) = self.backend.truth(owner).await {
            assert_eq!(read, sorted(truth), "the provider reads {owner} otherwise than it is");
        }
        read
    }

    /// What stands at an owner of one type, sorted.
    pub(crate) async fn standing_of(&self, owner: &Name, rtype: RrType) -> Vec<Value> {
        let mut standing = self.standing(owner).await;
        standing.retain(|value| value.rdata.rtype() == rtype);
        standing
    }

    /// A change that rests on what is read now. Values to remove are taken as they were read, with their handles.
    pub(crate) async fn change(&self, owner: &Name, remove: &[Value], add: &[Value]) -> Change {
        let seen = self.read(owner).await.values;
        let as_read = |wanted: &Value| {
            seen.iter().find(|value| value.rdata == wanted.rdata).cloned().unwrap_or_else(|| wanted.clone())
        };
        Change { owner: owner.clone(), remove: remove.iter().map(as_read).collect(), add: add.to_vec(), seen }
    }

    /// Whether the provider says that it could hold this value.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        self.provider.cannot_hold(&value.rdata).is_none()
    }

    /// Writes a value where nothing stands, and takes it away again; where the provider says that it could not hold it, it
    /// has to refuse it.
    pub(crate) async fn holds_or_refuses(&self, owner: &Name, value: &Value) {
        let change = self.change(owner, &[], std::slice::from_ref(value)).await;
        if !self.holds(value) {
            let error = self.refused(&change).await;
            assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
            return;
        }
        self.must(&change).await;
        assert_eq!(self.standing(owner).await, std::slice::from_ref(value));
        self.make(owner, std::slice::from_ref(value), &[]).await;
    }

    /// Writes a group.
    pub(crate) async fn write(&self, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let answers = self.provider.write(&self.zone().await, group).await;
        assert_eq!(answers.len(), group.len(), "one answer for each change");
        answers
    }

    /// Reads, and writes one change on it; it has to succeed.
    pub(crate) async fn make(&self, owner: &Name, remove: &[Value], add: &[Value]) {
        let change = self.change(owner, remove, add).await;
        self.must(&change).await;
    }

    /// Writes one change; it has to succeed.
    pub(crate) async fn must(&self, change: &Change) {
        let [answer] = <[_; 1]>::try_from(self.write(std::slice::from_ref(change)).await).expect("one answer");
        let receipt = answer.unwrap_or_else(|error| panic!("{} was not changed: {error}", change.owner));
        assert_eq!(receipt.owner, change.owner);
        self.provider.settled(&receipt).await.expect("a change that was taken settles");
    }

    /// Writes one change; it has to be refused, and leave its owner as it was.
    pub(crate) async fn refused(&self, change: &Change) -> ProviderError {
        let before = self.standing(&change.owner).await;
        let [answer] = <[_; 1]>::try_from(self.write(std::slice::from_ref(change)).await).expect("one answer");
        let error = answer.expect_err("a change that has to be refused");
        assert_eq!(self.standing(&change.owner).await, before, "refused, and still something changed");
        error
    }
}
