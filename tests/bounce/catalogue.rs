//! The catalogue: every entry is whole, and every answer leads to one entry only.

use std::collections::BTreeSet;

use mailvouch::observed::bounce::{Entry, entries, look_up};

use super::{message, report};

fn whose(entry: &Entry) -> String {
    format!("{} of {:?}", entry.reason, entry.receivers)
}

#[test]
fn every_entry_says_what_it_has_to() {
    let mut named = BTreeSet::new();
    for entry in entries() {
        let what = whose(entry);
        assert!(named.insert(what.clone()), "{what} is there twice");
        let is_id = entry.reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(is_id, "{what}");
        assert!(!entry.remedies.is_empty() && !entry.title.is_empty() && !entry.source.is_empty(), "{what}");
        assert!(entry.meaning.ends_with('.') && entry.remedies.iter().all(|remedy| remedy.ends_with('.')), "{what}");
        assert!(!entry.title.ends_with('.'), "{what}");
        let is_date = entry.date.len() == 10
            && entry
                .date
                .bytes()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        assert!(is_date && *entry.date >= *"2003-01-01", "{what}: {}", entry.date);
        for phrase in &entry.words {
            assert_eq!(*phrase, phrase.to_lowercase(), "{what}");
        }
        assert!(
            !entry.codes.is_empty() || !entry.words.is_empty() || entry.reason.starts_with("unclassified"),
            "{what}"
        );
    }
    assert!(named.len() > 120, "{}", named.len());
}

/// What is pasted for an entry: its answer, and whose server gave it.
fn pasted(entry: &Entry) -> String {
    let host = match entry.receivers.first().map(|receiver| receiver.id()) {
        Some("microsoft-365") => "example-org.mail.protection.outlook.com[192.0.2.36]",
        Some("outlook.com") => "outlook-com.olc.protection.outlook.com[192.0.2.36]",
        Some("gmail") => "gmail-smtp-in.l.google.com[192.0.2.36]",
        Some("yahoo") => "mta5.am0.yahoodns.net[192.0.2.36]",
        Some("apple") => "mx01.mail.icloud.com[192.0.2.36]",
        _ => "mail.example.org[192.0.2.36]",
    };
    format!("<bob@example.org>: host {host} said: {} (in reply to RCPT TO command)\n", entry.sample)
}

#[test]
fn the_answer_of_every_entry_leads_to_it() {
    for entry in entries() {
        let found = report(&pasted(entry));
        assert_eq!(whose(found.cause), whose(entry), "{}", entry.sample);
        assert_eq!(found.conflict, None, "{}", entry.sample);
        let is_theirs = entry.receivers.is_empty() || entry.receivers.contains(&found.receiver);
        assert!(is_theirs, "{:?}: {}", found.receiver, entry.sample);
    }
}

#[test]
fn no_answer_fits_two_entries_alike() {
    // Of two entries that fit one answer by code, by words and by receiver alike, the order of the file would decide.
    let order: Vec<&str> = entries().iter().map(|entry| entry.reason.as_str()).collect();
    for entry in entries() {
        let text = pasted(entry).to_lowercase();
        let own: BTreeSet<&str> =
            entry.words.iter().map(String::as_str).filter(|phrase| text.contains(phrase)).collect();
        let longest = own.iter().map(|phrase| phrase.len()).max().unwrap_or_default();
        let rivals: Vec<&Entry> = entries()
            .iter()
            .filter(|other| {
                !std::ptr::eq(*other, entry) && other.receivers == entry.receivers && !entry.receivers.is_empty()
            })
            .filter(|other| {
                other
                    .words
                    .iter()
                    .any(|phrase| text.contains(phrase.as_str()) && phrase.len() == longest && longest > 0)
            })
            .filter(|other| other.codes.iter().any(|codes| entry.codes.contains(codes)))
            .collect();
        assert!(rivals.is_empty(), "{} and {} ({} entries)", whose(entry), whose(rivals[0]), order.len());
    }
}

#[test]
fn every_code_of_the_standards_is_listed() {
    for code in [
        "5.7.708", "5.7.705", "5.7.703", "5.7.750", "5.7.800", "5.7.606", "5.7.649", "5.7.511", "5.7.501", "5.7.502",
        "5.7.503", "5.7.504", "5.7.505", "5.7.506", "5.7.507", "5.7.513", "5.7.508", "5.7.509", "5.7.510", "5.7.512",
        "5.7.515", "5.7.520", "5.7.23", "5.7.25", "4.7.26", "5.1.8", "5.1.90", "5.2.2", "5.7.64", "5.7.57", "5.4.1",
        "5.7.1", "4.7.500", "4.7.699", "4.7.650", "4.7.850", "4.7.899", "S3140", "S3150", "AS3140", "AS3150", "SC-001",
        "S775", "RP-001", "RP-002", "RP-003", "5.7.26", "5.7.24", "4.7.27", "4.7.30", "4.7.31", "5.7.40", "5.7.32",
        "5.7.29", "4.7.23", "4.7.28", "4.7.0", "TSS04", "TSS09", "TSS11", "BL21", "BL23", "PH01", "5.7.9", "HME1",
        "CS01", "5.7.0", "4.1.8", "4.7.1",
    ] {
        assert!(look_up(code).is_some_and(|found| found.is_listed), "{code}");
    }
    // The registry of IANA: all codes of RFC 3463 and its additions.
    let details: [(u16, &[u16]); 8] = [
        (0, &[]),
        (1, &[0, 1, 2, 3, 4, 6, 7, 8, 10]),
        (2, &[0, 1, 2, 3, 4]),
        (3, &[0, 1, 2, 3, 4, 5]),
        (4, &[0, 1, 2, 3, 4, 5, 6, 7]),
        (5, &[0, 1, 2, 3, 4, 5, 6]),
        (6, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (7, &[]),
    ];
    for (subject, details) in details {
        for detail in details {
            let code = format!("5.{subject}.{detail}");
            assert!(look_up(&code).is_some_and(|found| found.is_listed), "{code}");
        }
    }
    for detail in 0..=30 {
        let code = format!("5.7.{detail}");
        assert!(look_up(&code).is_some_and(|found| found.is_listed), "{code}");
    }
}

#[test]
fn words_alone_are_enough_where_only_one_receiver_says_them() {
    let found = message("Service unavailable. Client blocked from sending from unregistered domains.");
    assert_eq!(found.reports[0].cause.reason, "unregistered-domain");
    assert_eq!(found.reports[0].receiver.id(), "microsoft-365");
}
