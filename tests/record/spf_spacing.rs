//! Terms that run together and terms that are torn apart: what they are made of, where that is certain.

use mailvouch::record::spf::{MalformedKind, Term};
use mailvouch::record::{Edit, SpfRecord, apply};

fn record(text: &str) -> SpfRecord {
    SpfRecord::parse(format!("v=spf1 {text}").as_bytes()).expect("an SPF record")
}

/// The terms that a word is made of, joined as they should be.
fn apart(word: &str) -> Option<String> {
    let record = record(word);
    let terms = record.run_together(&record.terms()[0])?;
    let terms: Vec<_> =
        terms.iter().map(|span| String::from_utf8_lossy(&record.text()[span.clone()]).into_owned()).collect();
    Some(terms.join(" "))
}

fn torn(text: &str) -> Vec<(String, String)> {
    let record = record(text);
    let owned = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    record.torn().iter().map(|torn| (owned(&record.text()[torn.span.clone()]), owned(&torn.meant))).collect()
}

#[test]
fn terms_that_run_together_are_told_apart() {
    for (word, terms) in [
        ("ip4:192.0.2.0/24-all", "ip4:192.0.2.0/24 -all"),
        ("ip4:192.0.2.1~all", "ip4:192.0.2.1 ~all"),
        ("ip4:192.0.2.1all", "ip4:192.0.2.1 all"),
        ("ip4:192.0.2.0/24ip4:198.51.100.0/24", "ip4:192.0.2.0/24 ip4:198.51.100.0/24"),
        ("ip4:192.0.2.1+a:mail.example.com-mx?all", "ip4:192.0.2.1 +a:mail.example.com -mx ?all"),
        ("ip6:2001:db8::1-all", "ip6:2001:db8::1 -all"),
        ("mx-all", "mx -all"),
        ("a,mx,-all", "a mx -all"),
        ("a;mx;-all;", "a mx -all"),
        ("mx|-all", "mx -all"),
        ("-all.", "-all"),
        ("-all;", "-all"),
        ("-all,", "-all"),
        ("-all\"", "-all"),
        ("\"a", "a"),
        ("ip4:192.0.2.1.", "ip4:192.0.2.1"),
        ("a:mail.example.com,", "a:mail.example.com"),
        ("ip4:192.0.2.1,ip4:192.0.2.2", "ip4:192.0.2.1 ip4:192.0.2.2"),
        ("exists:%{i}.a.example,-all", "exists:%{i}.a.example -all"),
    ] {
        assert_eq!(apart(word).as_deref(), Some(terms), "{word:?}");
    }
}

#[test]
fn sound_words_that_hide_a_lost_space_are_told_apart_too() {
    for (word, terms) in [
        ("include:_spf.example.com-all", "include:_spf.example.com -all"),
        ("include:a.exampleinclude:b.example", "include:a.example include:b.example"),
        ("include:a.exampleip4:192.0.2.1-all", "include:a.example ip4:192.0.2.1 -all"),
        ("a:mail.example.comredirect=b.example", "a:mail.example.com redirect=b.example"),
        ("include:a.example,include:b.example", "include:a.example include:b.example"),
    ] {
        assert_eq!(apart(word).as_deref(), Some(terms), "{word:?}");
    }
}

#[test]
fn words_that_can_only_be_read_whole_are_left_alone() {
    for word in "all a mx/24 include:small.example include:spf.small-mall.example a:install \
        include:a.example,b.example a:alpha.example include:mail-a.example exists:%{d2,}.example \
        ip4:192.0.2.1-192.0.2.9 moo,-all foo=a,mx ip4:192.0.2.1x-all --all include:a.example. , \
        ip4:192.0.2.1/24moo include:xn--all.example"
        .split_whitespace()
    {
        assert_eq!(apart(word), None, "{word:?}");
    }
}

#[test]
fn a_malformed_word_of_sound_terms_is_of_that_kind() {
    let record = record("ip4:192.0.2.0/24-all");
    let Term::Malformed(malformed) = &record.terms()[0].node else { panic!("sound") };
    assert_eq!(malformed.kind, MalformedKind::RunTogether(vec![7..23, 23..27]));
}

#[test]
fn edits_put_the_spaces_right_and_nothing_else() {
    let record = record(" a;mx-all  ip4: 192.0.2.1 moo ");
    let separate = record.separate(&record.terms()[0]).expect("terms that run together");
    let torn = record.torn().iter().cloned().map(Edit::from);
    let edits: Vec<Edit> = std::iter::once(separate).chain(torn).collect();
    assert_eq!(apply(record.text(), &edits), Ok(b"v=spf1  a mx -all  ip4:192.0.2.1 moo ".to_vec()));
    assert_eq!(record.separate(&record.terms()[3]), None);
}

#[test]
fn torn_terms_are_put_together() {
    for (text, torn_text, meant) in [
        ("ip4: 192.0.2.1 -all", "ip4: 192.0.2.1", "ip4:192.0.2.1"),
        ("ip4 :192.0.2.1 -all", "ip4 :192.0.2.1", "ip4:192.0.2.1"),
        ("ip4 : 192.0.2.1 -all", "ip4 : 192.0.2.1", "ip4:192.0.2.1"),
        ("ip4 192.0.2.1 -all", "ip4 192.0.2.1", "ip4:192.0.2.1"),
        ("ip4:192.0.2.0 /24 -all", "ip4:192.0.2.0 /24", "ip4:192.0.2.0/24"),
        ("ip4:192.0.2.0/ 24 -all", "ip4:192.0.2.0/ 24", "ip4:192.0.2.0/24"),
        ("mx - all", "- all", "-all"),
        ("+ include:a.example", "+ include:a.example", "+include:a.example"),
        ("~ include: a.example", "~ include: a.example", "~include:a.example"),
        ("include a.example -all", "include a.example", "include:a.example"),
        ("redirect= a.example", "redirect= a.example", "redirect=a.example"),
        ("redirect = a.example", "redirect = a.example", "redirect=a.example"),
        ("a :mail.example.com", "a :mail.example.com", "a:mail.example.com"),
    ] {
        assert_eq!(torn(text), [(torn_text.to_owned(), meant.to_owned())], "{text:?}");
    }
    assert_eq!(torn("ip4: 192.0.2.1 mx - all").len(), 2);
}

#[test]
fn sound_neighbours_and_strangers_are_not_put_together() {
    for text in [
        "a mx -all",
        "include: -all",
        "include: mx",
        "include: a:mail.example.com",
        "moo foo",
        "include:zoho.example include ~all",
        "-",
    ] {
        assert_eq!(torn(text), [], "{text:?}");
    }
}
