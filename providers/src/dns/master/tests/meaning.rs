//! What lines mean, and what is wrong with those that mean nothing.

use super::super::{Kind, MasterText, TtlFrom};
use super::{parse, records};

#[test]
fn a_zone_as_people_write_them() {
    let text = parse(
        "$TTL 1h ; default\n\
         @\tIN SOA ns1 hostmaster ( ; made by hand\n\
         \t\t2026010101 ; serial\r\n\
         \t\t1d 2h 4w 300 )\n\
         \n\
         \tNS ns1\n\
         \tMX 10 mail\n\
         ; the mail host\n\
         mail 300 IN A 192.0.2.1\n\
         \tIN 5m AAAA 2001:db8::1\n\
         $ORIGIN sub\n\
         @ TXT \"a b\" c\\032d ( \"e;\"\n\
         \"f\" ) ; comment\n\
         in TYPE16 \\# 3 02 6869\n\
         $origin other.test.\n\
         x CLASS1 type65280 \\# 0\n\
         *.y cname @",
    );
    let text = text.expect("a zone");
    assert_eq!(
        records(&text),
        [
            "example.com. 3600 SOA ns1.example.com. hostmaster.example.com. 2026010101 86400 7200 2419200 300",
            "example.com. 3600 NS ns1.example.com.",
            "example.com. 3600 MX 10 mail.example.com.",
            "mail.example.com. 300 A 192.0.2.1",
            "mail.example.com. 300 AAAA 2001:db8::1",
            "sub.example.com. 3600 TXT \"a b\" \"c d\" \"e;\" \"f\"",
            "in.sub.example.com. 3600 TXT \"hi\"",
            "x.other.test. 3600 TYPE65280 \\# 0",
            "*.y.other.test. 3600 CNAME other.test.",
        ]
    );
    let lines: Vec<usize> = text.entries().iter().map(|entry| entry.line).collect();
    assert_eq!(lines, [1, 2, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17]);
}

#[test]
fn spans_are_those_of_the_fields() {
    let source = "www 300 IN TXT ( \"a\" ; first\n \"b\" ) ; second\n IN TXT c\n";
    let text = parse(source).expect("records");
    let records: Vec<_> = text.records().collect();
    assert_eq!(records[0].owner_span, Some(0..3));
    assert_eq!(records[0].ttl_from, TtlFrom::Own(4..7));
    assert_eq!(&source[records[0].type_span.clone()], "TXT");
    assert_eq!(&source[records[0].rdata_span.clone()], "\"a\" ; first\n \"b\"");
    assert_eq!(&source[text.entries()[0].span.clone()], "www 300 IN TXT ( \"a\" ; first\n \"b\" ) ; second\n");
    assert_eq!(records[1].owner_span, None);
    assert_eq!(records[1].ttl_from, TtlFrom::Last);
    assert_eq!(&source[records[1].rdata_span.clone()], "c");
}

/// As `named-compilezone` gives them for the same texts.
#[test]
fn ttls_come_from_where_bind_takes_them() {
    let ttls = |text: &str| -> Vec<(u32, TtlFrom)> {
        let text = parse(text).expect("records");
        let bare = |from: &TtlFrom| if let TtlFrom::Own(_) = from { TtlFrom::Own(0..0) } else { from.clone() };
        text.records().map(|record| (record.ttl, bare(&record.ttl_from))).collect()
    };
    let own = TtlFrom::Own(0..0);
    assert_eq!(
        ttls("@ SOA . . 1 2 3 4 555\na 300 A 192.0.2.1\nb A 192.0.2.1\n"),
        [(555, TtlFrom::SoaMinimum), (300, own.clone()), (555, TtlFrom::SoaMinimum)]
    );
    assert_eq!(
        ttls("@ 100 SOA . . 1 2 3 4 555\na A 192.0.2.1\nb 7 A 192.0.2.1\nc A 192.0.2.1\n$TTL 9\nd A 192.0.2.1\n"),
        [(100, own.clone()), (100, TtlFrom::Last), (7, own), (7, TtlFrom::Last), (9, TtlFrom::Default)]
    );
}

#[test]
fn an_include_is_an_entry() {
    let text = parse("$INCLUDE \"a file\" sub\n$include b\n").expect("two entries");
    let includes: Vec<_> = text
        .entries()
        .iter()
        .map(|entry| match &entry.kind {
            Kind::Include(include) => (include.path.as_slice(), include.origin.as_ref().map(ToString::to_string)),
            kind => panic!("{kind:?}"),
        })
        .collect();
    let origin = |text: &str| Some(text.to_owned());
    assert_eq!(includes, [(&b"a file"[..], origin("sub.example.com")), (&b"b"[..], origin("example.com"))]);
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_remedy() {
    let soa = "$TTL 60\n@ SOA . . 1 2 3 4 5\n";
    for (line, place, words) in [
        ("$GENERATE 1-9 a$ A 192.0.2.$", "3:1", "write the records out"),
        ("$ORIGINE x", "3:1", "`$ORIGINE` is no directive"),
        ("$TTL", "3:1", "$TTL takes one number"),
        ("$TTL 1y", "3:6", "`1y` is no TTL"),
        ("$ORIGIN a b", "3:1", "$ORIGIN takes one name"),
        ("$INCLUDE a b c", "3:1", "$INCLUDE takes a file name"),
        ("$ORIGIN a..b", "3:9", "`a..b` is no domain name: a label is empty"),
        ("a 4294967295 A 192.0.2.1", "3:3", "`4294967295` is no TTL"),
        ("a CH A 192.0.2.1", "3:3", "class CH; only IN"),
        ("a CLASS3 A 192.0.2.1", "3:3", "class CLASS3; only IN"),
        ("a IN IN A 192.0.2.1", "3:6", "`IN` is no record type"),
        ("a 5 IN", "3:7", "the record has no type"),
        ("a 5 6 A 192.0.2.1", "3:5", "`6` is no record type"),
        ("a \"TXT\" b", "3:3", "`TXT` is no record type"),
        ("a TTXT b", "3:3", "`TTXT` is no record type"),
        ("\"a\" TXT b", "3:1", "without"),
        ("a A 192.0.2", "3:5", "`192.0.2` is no IPv4 address"),
        ("a A", "3:3", "has one address; here are 0"),
        ("a TXT", "3:3", "at least one character-string"),
        ("a TXT a\\25", "3:7", "a backslash is broken"),
        ("a MX 10 b..c", "3:6", "`b..c` is no domain name"),
        ("a SRV 0 0 5 b..c", "3:7", "`b..c` is no domain name"),
        ("a TXT \\# 2 0202", "3:7", "no rdata of type TXT"),
        ("a TXT \"b", "3:7", "this quote is never closed"),
        ("a TXT ( b\n\n\n", "3:7", "this parenthesis is never closed"),
        ("a TXT )", "3:7", "closes nothing"),
        ("a TXT \u{7}", "3:7", "octet 0x07 is a control character"),
    ] {
        let error = parse(&format!("{soa}{line}")).expect_err(line);
        let at = error.place.expect("a place");
        assert_eq!(format!("{}:{}", at.line, at.column), place, "{line}: {error}");
        assert!(error.to_string().contains(words), "{line}: {error}");
        assert!(error.to_string().starts_with("line 3, column"), "{error}");
    }
    let long = format!("{soa}a TXT \"{}\"", "x".repeat(256));
    assert!(parse(&long).expect_err("256 octets").to_string().contains("256 octets; 255 is the most"));
}

#[test]
fn what_nothing_before_it_tells_is_refused() {
    let error = |text: &str| MasterText::parse(text, None).expect_err(text).to_string();
    assert!(error("\tTXT a").contains("no record stands before it"));
    assert!(error("a. TXT a").contains("put $TTL at the top"));
    assert!(error("a 5 TXT a").contains("`a` is a relative name"));
    assert!(error("@ 5 TXT a").contains("`@` is a relative name"));
    assert!(error("a\\. 5 TXT a").contains("`a\\.` is a relative name"));
    assert!(error("a. 5 MX 10 b").contains("`b` is a relative name"));
    assert!(error("$ORIGIN a").contains("`a` is a relative name"));
    let text =
        MasterText::parse("a. 5 MX 10 b.\n$ORIGIN c.\nd SRV 0 0 5 e\n@ MX \\# 3 0000 00", None).expect("absolute");
    assert_eq!(records(&text), ["a. 5 MX 10 b.", "d.c. 5 SRV 0 0 5 e.c.", "c. 5 MX 0 ."]);
}
