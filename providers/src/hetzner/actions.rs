//! Which actions make a change of one type at one name, and what others did meanwhile.

use serde_json::{Value as Json, json};

use super::model::{Actions, Record, RrSet};
use crate::dns::{Name, Rdata, RrType};
use crate::{Change, Value};

/// An action on a record set: its word, and what is sent with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) word: &'static str,
    pub(super) body: Json,
}

/// The actions that make a change at a set as it stands; all values are of the set's type.
pub(super) fn asked(part: &Change, rtype: RrType, held: Option<&RrSet>, ttl: Option<u32>, apex: &Name) -> Vec<Asked> {
    let is_in = |values: &[Value], rdata: &Rdata| values.iter().any(|value| value.rdata == *rdata);
    let read = |record: &Record| Rdata::parse_below(rtype, &record.value, apex).ok();
    let records = held.map_or(&[][..], |set| &set.records);
    let (mut goes, mut stays): (Vec<&Record>, Vec<&Record>) = (Vec::new(), Vec::new());
    for record in records {
        let is_gone = read(record).is_some_and(|rdata| is_in(&part.remove, &rdata) && !is_in(&part.add, &rdata));
        if is_gone { goes.push(record) } else { stays.push(record) }
    }
    let comes: Vec<&Value> = part.add.iter().filter(|value| !is_in(&part.remove, &value.rdata)).collect();
    let new = |value: &&Value| Record { value: value.rdata.to_string(), comment: None };
    let wanted = part.add.first().map(|value| value.ttl);
    let mut actions = Vec::new();
    match (&goes[..], &comes[..]) {
        ([], []) => {}
        ([], comes) => {
            let records: Vec<Record> = comes.iter().map(new).collect();
            // A set that is there has its TTL, which is nobody's to repeat.
            let body = match held {
                Some(_) => json!({"records": records}),
                None => json!({"records": records, "ttl": wanted}),
            };
            actions.push(Asked { word: "add_records", body });
        }
        (goes, []) => {
            let records: Vec<Json> = goes.iter().map(|record| json!({"value": record.value})).collect();
            actions.push(Asked { word: "remove_records", body: json!({"records": records}) });
        }
        (goes, comes) => {
            let mut after: Vec<Record> = stays.into_iter().cloned().collect();
            let mut new: Vec<Record> = comes.iter().map(new).collect();
            // What is said of the one that goes holds for the one that comes in its place.
            if let ([old], [only]) = (goes, &mut new[..]) {
                only.comment.clone_from(&old.comment);
            }
            after.extend(new);
            actions.push(Asked { word: "set_records", body: json!({"records": after}) });
        }
    }
    if held.is_some() && wanted.is_some() && wanted != ttl {
        actions.push(Asked { word: "change_ttl", body: json!({"ttl": wanted}) });
    }
    actions
}

/// What others did to the zone between two actions, of which the second is ours.
pub(super) fn between(listed: &Actions, before: u64, ours: u64) -> Vec<String> {
    let others = listed.actions.iter().filter(|action| before < action.id && action.id < ours);
    others.map(|action| format!("{} ({})", action.command, action.id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, ttl: u32) -> Value {
        Value::new(Rdata::parse(RrType::TXT, text).expect("a text"), ttl)
    }

    fn set(records: &[(&str, Option<&str>)]) -> RrSet {
        let record = |(value, comment): &(&str, Option<&str>)| json!({"value": value, "comment": comment});
        let records: Vec<Json> = records.iter().map(record).collect();
        let document = json!({"id": "@/TXT", "name": "@", "type": "TXT", "ttl": 3600, "records": records});
        serde_json::from_value(document).expect("a set")
    }

    fn actions(held: Option<&RrSet>, remove: Option<&Value>, add: Option<&Value>) -> Vec<(&'static str, Json)> {
        let owner: Name = "example.com".parse().expect("a name");
        let values = |value: Option<&Value>| value.into_iter().cloned().collect();
        let part = Change { owner: owner.clone(), remove: values(remove), add: values(add), seen: vec![] };
        let ttl = held.map(|_| 3600);
        asked(&part, RrType::TXT, held, ttl, &owner).into_iter().map(|asked| (asked.word, asked.body)).collect()
    }

    #[test]
    fn values_come_and_go_by_themselves_and_are_replaced_in_one_write() {
        let held = set(&[("\"v=spf1 -all\"", Some("ask Ana")), ("\"odd \\065\"", Some("not ours"))]);
        let (old, new) = (value("\"v=spf1 -all\"", 3600), value("\"v=spf1 mx -all\"", 3600));
        let text = "\"v=spf1 mx -all\"";
        let one = |actions: Vec<(&'static str, Json)>| <[_; 1]>::try_from(actions).expect("one action")[0].clone();
        let added = json!({"records": [{"value": text}], "ttl": 3600});
        assert_eq!(one(actions(None, None, Some(&new))), ("add_records", added));
        let added = json!({"records": [{"value": text}]});
        assert_eq!(one(actions(Some(&held), None, Some(&new))), ("add_records", added));
        let gone = json!({"records": [{"value": "\"v=spf1 -all\""}]});
        assert_eq!(one(actions(Some(&held), Some(&old), None)), ("remove_records", gone));
        let others = json!({"value": "\"odd \\065\"", "comment": "not ours"});
        let after = json!({"records": [others, {"value": text, "comment": "ask Ana"}]});
        assert_eq!(one(actions(Some(&held), Some(&old), Some(&new))), ("set_records", after));
        // Another TTL is no write of the set.
        let sooner = value("\"v=spf1 -all\"", 300);
        assert_eq!(one(actions(Some(&held), Some(&old), Some(&sooner))), ("change_ttl", json!({"ttl": 300})));
        let alone = set(&[("\"v=spf1 -all\"", None)]);
        let both = actions(Some(&alone), Some(&old), Some(&value(text, 300)));
        assert_eq!(both.iter().map(|(word, _)| *word).collect::<Vec<_>>(), ["set_records", "change_ttl"]);
    }
}
