//! The catalogue of well-known senders.

use std::collections::BTreeSet;

use mailvouch::declared::{DelegatedBy, SpfNeed, known_sender, known_sender_by_include, known_senders};

use super::read;

#[test]
fn it_is_read_and_in_order() {
    let ids: Vec<&str> = known_senders().iter().map(|sender| sender.id.as_str()).collect();
    assert!(ids.len() >= 20, "{ids:?}");
    assert!(ids.is_sorted() && ids.iter().collect::<BTreeSet<_>>().len() == ids.len(), "{ids:?}");
    for id in ids {
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{id}");
    }
}

#[test]
fn every_entry_says_what_it_has_to() {
    let mut words = BTreeSet::new();
    let mut includes = BTreeSet::new();
    for sender in known_senders() {
        assert!(
            !sender.name.is_empty() && !sender.source.is_empty() && !sender.dkim.selectors.is_empty(),
            "{}",
            sender.id
        );
        assert!(sender.spf != SpfNeed::Required || !sender.include.is_empty(), "{}", sender.id);
        assert!(sender.dkim.by == DelegatedBy::Cname || sender.dkim.targets.is_empty(), "{}", sender.id);
        for word in sender.aliases.iter().chain([&sender.id]) {
            assert!(words.insert(word), "{word} is used twice");
            assert_eq!(*word, word.to_lowercase());
        }
        for include in &sender.include {
            assert!(includes.insert(include), "{include} is used twice");
            assert_eq!(known_sender_by_include(include).map(|found| &found.id), Some(&sender.id));
        }
    }
}

#[test]
fn a_section_changes_what_it_names_and_nothing_else() {
    let text = "version = 1\n[senders.sendgrid]\nspf = \"required\"\nmail-from = \"example.com\"\n[domains.\"example.com\"]\nsenders = [\"sendgrid\"]\n";
    let declaration = read(text).expect("a declaration");
    let sender = &declaration.domains[0].senders[0].value;
    let known = known_sender("sendgrid").expect("a known sender");
    assert_eq!((sender.spf, known.spf), (SpfNeed::Required, SpfNeed::ReturnPath));
    assert_eq!(sender.include, known.include);
    assert_eq!(sender.title(), "SendGrid");
    assert!(sender.declared_at.is_some() && sender.mail_from.is_some());
}
