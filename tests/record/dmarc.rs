//! DMARC records: what selects one, what each tag says, and how that is known.

use mailvouch::record::DmarcRecord;
use mailvouch::record::dmarc::{
    Alignment, Destination, FailureOption, Policy, PublicSuffix, ReportUri, Standing, UriProblem,
};
use mailvouch::record::tag_list::{Source, TagValue};

fn record(text: &str) -> DmarcRecord {
    DmarcRecord::parse(text.as_bytes()).unwrap_or_else(|| panic!("no record: {text:?}"))
}

/// A record with these tags behind its version, which end at 10.
fn tags(text: &str) -> DmarcRecord {
    record(&format!("v=DMARC1; {text}"))
}

#[test]
fn a_record_begins_with_its_version_in_exact_case() {
    for text in [
        "v=DMARC1",
        "v=DMARC1;",
        "v=DMARC1 ; p=none",
        "v = DMARC1;p=none",
        "V=DMARC1; P=none",
        "v=DMARC1;;",
        "v=DMARC1; \u{e9}",
    ] {
        assert!(DmarcRecord::parse(text.as_bytes()).is_some(), "{text:?}");
    }
    for text in [
        "",
        "v=dmarc1; p=none",
        " v=DMARC1; p=none",
        ";v=DMARC1",
        "p=none; v=DMARC1",
        "v=DMARC1 p=none",
        "v=DMARC1, p=none",
        "v=DMARC12",
        "v=DMARC1=DMARC1",
        "v=DMARC1\u{a0}; p=none",
        "\"v=DMARC1\"",
        "v=DMARC1\\; p=none",
        "v:DMARC1",
        "DMARC1",
        "v=",
    ] {
        assert!(DmarcRecord::parse(text.as_bytes()).is_none(), "{text:?}");
    }
}

#[test]
fn declared_invalid_and_absent_are_told_apart() {
    assert_eq!(tags("p=Reject").policy(), TagValue { effective: Policy::Reject, source: Source::Declared(12..18) });
    assert_eq!(tags("P = quarantine ;").policy().declared(), Some(&Policy::Quarantine));
    for text in ["p=quarentine", "p=", "p=none none", "p=none rua=x"] {
        let policy = tags(text).policy();
        assert!(policy.is_invalid() && policy.effective == Policy::None && policy.declared().is_none(), "{text:?}");
    }
    let absent = tags("sp=none").policy();
    assert!(absent.is_absent() && absent.span().is_none() && absent.effective == Policy::None);
}

#[test]
fn subdomain_policies_fall_back_on_each_other() {
    let policies = |text: &str| {
        let record = tags(text);
        (record.policy().effective, record.subdomain_policy().effective, record.nonexistent_policy().effective)
    };
    assert_eq!(policies("p=reject"), (Policy::Reject, Policy::Reject, Policy::Reject));
    assert_eq!(policies("p=reject; sp=none"), (Policy::Reject, Policy::None, Policy::None));
    assert_eq!(policies("p=none; sp=quarantine; np=reject"), (Policy::None, Policy::Quarantine, Policy::Reject));
    assert_eq!(policies("p=reject; sp=x; np=quarantine"), (Policy::Reject, Policy::Reject, Policy::Quarantine));
}

#[test]
fn policies_are_ordered_and_testing_takes_one_level() {
    assert!(Policy::None < Policy::Quarantine && Policy::Quarantine < Policy::Reject);
    assert_eq!(Policy::Reject.while_testing(), Policy::Quarantine);
    assert_eq!(Policy::Quarantine.while_testing(), Policy::None);
    assert_eq!(Policy::None.while_testing(), Policy::None);
}

#[test]
fn every_other_tag_has_its_values_and_default() {
    let record = tags("adkim=S; aspf=strict; fo=1:d:s; t=y; psd=n; pct=25; ri=3600");
    assert_eq!(record.adkim().declared(), Some(&Alignment::Strict));
    assert!(record.aspf().is_invalid() && record.aspf().effective == Alignment::Relaxed);
    assert_eq!(record.failure_options().effective, [FailureOption::Any, FailureOption::Dkim, FailureOption::Spf]);
    assert_eq!((record.testing().effective, record.public_suffix().effective), (true, PublicSuffix::No));
    assert_eq!((record.percentage().declared(), record.report_interval().declared()), (Some(&25), Some(&3600)));
    assert_eq!(record.removed_tags().count(), 2);
    assert_eq!(record.unknown_tags().count(), 0);

    let record = tags("");
    assert_eq!(record.failure_options().effective, [FailureOption::All]);
    assert_eq!((record.testing().effective, record.public_suffix().effective), (false, PublicSuffix::Unknown));
    assert_eq!((record.percentage().effective, record.report_interval().effective), (100, 86_400));
}

#[test]
fn failure_options_are_a_list_without_repetition_or_contradiction() {
    for text in ["0", "1", "d", "s", "d:s", "s : d", "1:d", "D:0:S"] {
        assert!(tags(&format!("fo={text}")).failure_options().declared().is_some(), "{text:?}");
    }
    for text in ["", "0:1", "d:d", "01", "d,s", "x", "1:", ":d"] {
        assert!(tags(&format!("fo={text}")).failure_options().is_invalid(), "{text:?}");
    }
}

#[test]
fn numbers_out_of_range_are_invalid() {
    for text in ["101", "-1", "", "1.5", "abc", "+5", "99999999999999999999"] {
        assert!(tags(&format!("pct={text}")).percentage().is_invalid(), "{text:?}");
    }
    assert!(tags("ri=4294967296").report_interval().is_invalid());
}

#[test]
fn report_addresses_are_cut_at_commas_and_keep_their_places() {
    let text = "v=DMARC1; p=none; rua=mailto:a@b.example , MAILTO:c%2C@D.Example?subject=x!10m,https://e.example/r";
    let record = record(text);
    let uris = record.rua();
    let part = |span: &std::ops::Range<usize>| &text[span.clone()];
    assert_eq!(uris.len(), 3);
    let mail = |local: &str, domain: &str| {
        Ok(Destination::Mail { local: local.to_owned(), domain: domain.parse().expect("a name") })
    };
    assert_eq!((part(&uris[0].span), &uris[0].destination), ("mailto:a@b.example", &mail("a", "b.example")));
    assert_eq!(
        (part(&uris[1].uri.span), &uris[1].destination),
        ("MAILTO:c%2C@D.Example?subject=x", &mail("c%2C", "d.example"))
    );
    assert_eq!(uris[1].size_limit.as_ref().map(part), Some("!10m"));
    assert_eq!(uris[2].destination, Ok(Destination::Other { scheme: "https".to_owned() }));
    assert_eq!(uris.iter().map(ReportUri::is_usable).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn addresses_that_no_report_reaches_say_why() {
    for (text, problem) in [
        ("", UriProblem::Empty),
        ("a@b.example", UriProblem::BareAddress),
        ("mailto://a@b.example", UriProblem::Slashes),
        ("mailto:a", UriProblem::NoAddress),
        ("mailto:@b.example", UriProblem::NoAddress),
        ("mailto:a@localhost", UriProblem::NoAddress),
        ("mailto:a@b..example", UriProblem::NoAddress),
        ("bogus", UriProblem::NoScheme),
        ("a@b.example=a@b.example", UriProblem::NoScheme),
        ("mailto:a@b.example mailto:c@d.example", UriProblem::BadOctet(b' ')),
        ("mailto: a@b.example", UriProblem::BadOctet(b' ')),
        ("mailto:<a@b.example>", UriProblem::BadOctet(b'<')),
        ("mailto:a@b.example!", UriProblem::BadSizeLimit),
        ("mailto:a@b.example!10x", UriProblem::BadSizeLimit),
    ] {
        let record = tags(&format!("rua={text}"));
        let uris = record.rua();
        assert_eq!(uris.iter().map(|uri| &uri.destination).collect::<Vec<_>>(), [&Err(problem)], "{text:?}");
    }
    let record = tags("ruf=mailto:a@b.example,,");
    let uris = record.ruf();
    assert_eq!(uris.iter().map(ReportUri::is_usable).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn a_record_without_a_sound_policy_counts_only_for_reports() {
    for (text, standing) in [
        ("p=none", Standing::Policy),
        ("p=reject; sp=none; np=none", Standing::Policy),
        ("rua=mailto:a@b.example", Standing::ReportsOnly),
        ("p=x; rua=mailto:a@b.example", Standing::ReportsOnly),
        ("p=reject; sp=x; rua=mailto:a@b.example", Standing::ReportsOnly),
        ("p=reject; np=x", Standing::Ignored),
        ("p=x; rua=a@b.example", Standing::Ignored),
        ("", Standing::Ignored),
    ] {
        assert_eq!(tags(text).standing(), standing, "{text:?}");
    }
}

#[test]
fn lost_separators_are_found_before_known_tags_only() {
    let lost = |text: &str| {
        let record = tags(text);
        let spans = record.lost_separators().iter();
        spans.map(|span| String::from_utf8_lossy(&record.text()[span.clone()]).into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lost("p=none rua=mailto:a@b.example, ruf = mailto:a@b.example"), [" ", ", "]);
    assert_eq!(lost("p=none:sp=none|t=y"), [":", "|"]);
    assert_eq!(lost("p=none; rua=mailto:a@b.example,mailto:c@d.example; n=a note; fo=1:d"), Vec::<String>::new());
}

#[test]
fn names_are_in_any_case_and_duplicates_are_told() {
    let record = tags("P=none; p=reject; X=1; x=2; y1=z; t=y t");
    let duplicates: Vec<_> = record.list().duplicates().iter().map(|(later, _)| later.span()).collect();
    assert_eq!(duplicates, [18..26, 33..36]);
    assert_eq!(record.policy().effective, Policy::None);
    assert_eq!(record.unknown_tags().count(), 2);
    assert_eq!(record.list().malformed().count(), 1);
    assert!(record.testing().is_invalid());
}

#[test]
fn tabs_are_white_space_around_values_and_foreign_inside() {
    let stray = |text: &str| tags(text).list().tags().map(|tag| tag.foreign.len()).sum::<usize>();
    assert_eq!(stray("\tp\t=\tnone\t;\trua=x"), 0);
    assert_eq!(stray("n=a\tb"), 1);
    assert_eq!(stray("n=a\r\n\tb"), 3);
    assert_eq!(stray("p=none\n"), 1);
}
