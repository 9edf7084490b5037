//! What a malformed term says of itself: enough to name the fault, to underline it, and to correct it.

use mailvouch::record::spf::{
    AddressProblem, DomainProblem, Keyword, MacroProblemKind, MalformedKind, PrefixProblem, Qualifier, Term,
};
use mailvouch::record::{Foreign, SpfRecord};

/// The first malformed term of `v=spf1 TEXT`, whose text stands at 7.
fn malformed(text: &str) -> (Option<Qualifier>, MalformedKind) {
    let record = SpfRecord::parse(format!("v=spf1 {text}").as_bytes()).expect("an SPF record");
    let found = record.malformed().next().unwrap_or_else(|| panic!("{text:?} is sound")).1.clone();
    (found.qualifier, found.kind)
}

fn kind(text: &str) -> MalformedKind {
    malformed(text).1
}

/// The part of `v=spf1 TEXT` at a span.
fn at(text: &str, span: &std::ops::Range<usize>) -> String {
    format!("v=spf1 {text}")[span.clone()].to_owned()
}

#[test]
fn a_qualifier_is_told_also_of_a_malformed_term() {
    assert_eq!(malformed("~alll").0, Some(Qualifier::SoftFail));
    assert_eq!(malformed("alll").0, None);
    assert_eq!(kind("-"), MalformedKind::QualifierAlone);
    assert_eq!(kind("-~-all"), MalformedKind::RepeatedQualifier { qualifiers: 7..10 });
}

#[test]
fn octets_that_no_term_holds_are_told_first() {
    let MalformedKind::Foreign(found) = kind("include:\u{200b}a.example\u{a0}\u{2013}all\t") else {
        panic!("not foreign")
    };
    let found: Vec<_> = found.into_iter().map(|found| (found.node, found.span)).collect();
    assert_eq!(
        found,
        [
            (Foreign::Invisible('\u{200b}'), 15..18),
            (Foreign::Space('\u{a0}'), 27..29),
            (Foreign::Dash('\u{2013}'), 29..32),
            (Foreign::Tab, 35..36),
        ]
    );
}

#[test]
fn an_unknown_mechanism_is_cut_into_name_and_argument() {
    for (text, name, delimiter, argument) in [
        ("ipv4:192.0.2.1", "ipv4", Some(b':'), Some("192.0.2.1")),
        ("-inlcude:a.example", "inlcude", Some(b':'), Some("a.example")),
        ("redirect:a.example", "redirect", Some(b':'), Some("a.example")),
        ("192.0.2.0/24", "192.0.2.0", Some(b'/'), Some("24")),
        ("2001:db8::1", "2001", Some(b':'), Some("db8::1")),
        ("moo", "moo", None, None),
    ] {
        let MalformedKind::UnknownMechanism { name: found, delimiter: mark, argument: rest } = kind(text) else {
            panic!("{text:?} is {:?}", kind(text));
        };
        assert_eq!(at(text, &found), name);
        assert_eq!(mark.map(|mark| mark.node), delimiter);
        assert_eq!(rest.map(|rest| at(text, &rest)).as_deref(), argument);
    }
}

#[test]
fn names_and_arguments_that_are_missing_or_too_many_are_told_apart() {
    assert_eq!(kind(":192.0.2.1"), MalformedKind::MissingName { delimiter: b':' });
    assert_eq!(kind("/24"), MalformedKind::MissingName { delimiter: b'/' });
    assert_eq!(kind("=x"), MalformedKind::MissingName { delimiter: b'=' });
    assert_eq!(kind("-x=y"), MalformedKind::BadModifierName { name: 7..9, value: 10..11 });
    for (text, keyword, has_delimiter) in [
        ("include", Keyword::Include, false),
        ("ip4:", Keyword::Ip4, true),
        ("a:/24", Keyword::A, true),
        ("redirect=", Keyword::Redirect, true),
    ] {
        let MalformedKind::MissingArgument { keyword: found, delimiter } = kind(text) else { panic!("{text:?}") };
        assert_eq!((found.node, delimiter.is_some()), (keyword, has_delimiter), "{text:?}");
    }
    for (text, argument) in [("all:", ":"), ("all:x", ":x"), ("-all/8", "/8"), ("ptr/24", "/24"), ("ip4/24", "/24")] {
        let MalformedKind::UnexpectedArgument { argument: found, .. } = kind(text) else { panic!("{text:?}") };
        assert_eq!(at(text, &found), argument);
    }
}

#[test]
fn addresses_say_why_they_are_none() {
    let problem = |text: &str| match kind(text) {
        MalformedKind::BadAddress { problem, address, .. } => (problem, at(text, &address)),
        other => panic!("{text:?} is {other:?}"),
    };
    assert_eq!(problem("ip4:192.0.2/24"), (AddressProblem::OctetCount(3), "192.0.2".to_owned()));
    assert_eq!(problem("ip4:192.0.2.").0, AddressProblem::OctetCount(3));
    assert_eq!(problem("ip4:192.0.2.1.5").0, AddressProblem::OctetCount(5));
    assert_eq!(problem("ip4:192.0.256.1").0, AddressProblem::OctetTooLarge(17..20));
    assert_eq!(problem("ip4:192.0.02.1").0, AddressProblem::LeadingZero(17..19));
    assert_eq!(problem("ip4:192..0.2.1").0, AddressProblem::Other);
    assert_eq!(problem("ip4:mail.example.com").0, AddressProblem::DomainName);
    assert_eq!(problem("ip4:x").0, AddressProblem::Other);
    let addresses = |from: &str, to: &str| (from.parse().expect("an address"), to.parse().expect("an address"));
    let (from, to) = addresses("192.0.2.1", "192.0.2.9");
    assert_eq!(problem("ip4:192.0.2.1-192.0.2.9").0, AddressProblem::FromTo(from, to));
    let (address, _) = addresses("2001:db8::1", "::");
    assert_eq!(problem("ip6:[2001:db8::1]/64"), (AddressProblem::Bracketed(address), "[2001:db8::1]".to_owned()));
}

#[test]
fn an_address_of_the_other_family_is_read_with_its_prefix_length() {
    for (text, address, prefix) in [
        ("ip4:2001:db8::1/64", "2001:db8::1", Some(64)),
        ("ip6:192.0.2.0/24", "192.0.2.0", Some(24)),
        ("ip6:192.0.2.0/64", "192.0.2.0", None),
        ("ip4:::ffff:192.0.2.1", "::ffff:192.0.2.1", None),
    ] {
        let MalformedKind::WrongFamily { address: found, prefix: length, .. } = kind(text) else { panic!("{text:?}") };
        assert_eq!((found.node.to_string().as_str(), length.map(|length| length.node)), (address, prefix));
        assert_eq!(at(text, &found.span), address);
    }
}

#[test]
fn prefix_lengths_say_why_they_are_none() {
    let problem = |text: &str| match kind(text) {
        MalformedKind::BadPrefix { problem, prefix, .. } => (problem, at(text, &prefix)),
        other => panic!("{text:?} is {other:?}"),
    };
    let long = |value, limit| PrefixProblem::TooLong { value, limit };
    assert_eq!(problem("ip4:192.0.2.0/33"), (long(33, 32), "33".to_owned()));
    assert_eq!(problem("ip6:::/129"), (long(129, 128), "129".to_owned()));
    assert_eq!(problem("mx/24//129"), (long(129, 128), "129".to_owned()));
    assert_eq!(problem("a/99999999999").0, long(u32::MAX, 32));
    assert_eq!(problem("a:example.com/024").0, PrefixProblem::LeadingZero { value: 24 });
    assert_eq!(problem("a/"), (PrefixProblem::Empty, String::new()));
    assert_eq!(problem("a/24//"), (PrefixProblem::Empty, String::new()));
    assert_eq!(problem("a/24/64"), (PrefixProblem::SingleSlash, "24/64".to_owned()));
    assert_eq!(problem("ip4:192.0.2.0/24//64"), (PrefixProblem::Dual, "24//64".to_owned()));
    assert_eq!(problem("ip4:192.0.2.0/x").0, PrefixProblem::NotANumber);
    let netmask = |mask: [u8; 4], prefix| PrefixProblem::Netmask { mask: mask.into(), prefix };
    assert_eq!(problem("ip4:192.0.2.0/255.255.255.0").0, netmask([255, 255, 255, 0], Some(24)));
    assert_eq!(problem("a:example.com/255.255.255.255").0, netmask([255; 4], Some(32)));
    assert_eq!(problem("a/255.0.255.0").0, netmask([255, 0, 255, 0], None));
    assert_eq!(problem("a/0.0.0.0").0, netmask([0; 4], Some(0)));
}

#[test]
fn domains_say_why_they_are_none() {
    let problem = |text: &str| match kind(text) {
        MalformedKind::BadDomain { problem, domain, .. } => (problem, at(text, &domain)),
        other => panic!("{text:?} is {other:?}"),
    };
    assert_eq!(problem("include:localhost"), (DomainProblem::SingleLabel, "localhost".to_owned()));
    assert_eq!(problem("a:mail/24"), (DomainProblem::SingleLabel, "mail".to_owned()));
    assert_eq!(problem("include:a.example/24").0, DomainProblem::Prefix(24..27));
    assert_eq!(problem("redirect=a.example/24//64").0, DomainProblem::Prefix(25..32));
    assert_eq!(problem("include:a.b_c").0, DomainProblem::TopLabel(17..20));
    assert_eq!(problem("include:a.12.").0, DomainProblem::TopLabel(17..19));
    assert_eq!(problem("mx:%{d}.example.c0m-").0, DomainProblem::TopLabel(23..27));
    let address = |text: &str| match problem(text).0 {
        DomainProblem::Address { address, prefix } => (address.node.to_string(), prefix.map(|prefix| prefix.node)),
        other => panic!("{text:?} is {other:?}"),
    };
    assert_eq!(address("include:192.0.2.1"), ("192.0.2.1".to_owned(), None));
    assert_eq!(address("a:192.0.2.0/24"), ("192.0.2.0".to_owned(), Some(24)));
    assert_eq!(address("a:2001:db8::/32"), ("2001:db8::".to_owned(), Some(32)));
    assert_eq!(address("mx:2001:db8::1"), ("2001:db8::1".to_owned(), None));
}

#[test]
fn macros_say_what_is_wrong_with_them_and_where() {
    for (text, kind_expected, part) in [
        ("exists:a%b.example", MacroProblemKind::BarePercent, "%"),
        ("exists:%{d.example", MacroProblemKind::Unclosed, "%{d.example"),
        ("exists:%{}.example", MacroProblemKind::Empty, "%{}"),
        ("exists:%{i}.%{x}.example", MacroProblemKind::UnknownLetter(b'x'), "%{x}"),
        ("exists:%{R}.example", MacroProblemKind::ExplanationOnly(b'R'), "%{R}"),
        ("exists:%{d0}.example", MacroProblemKind::ZeroParts, "%{d0}"),
        ("exists:%{d1x}.example", MacroProblemKind::BadTransformer(b'x'), "%{d1x}"),
    ] {
        let MalformedKind::BadDomain { problem: DomainProblem::Macro(problem), .. } = kind(text) else {
            panic!("{text:?}")
        };
        assert_eq!((problem.kind, at(text, &problem.span).as_str()), (kind_expected, part));
    }
    let MalformedKind::BadValue { problem, .. } = kind("x=50%") else { panic!("no bad value") };
    assert_eq!((problem.kind, problem.span), (MacroProblemKind::BarePercent, 11..12));
}

#[test]
fn sound_terms_around_a_malformed_one_are_read() {
    let record = SpfRecord::parse(b"v=spf1 a moo -all").expect("an SPF record");
    assert!(matches!(record.terms()[0].node, Term::Directive(_)));
    assert!(matches!(record.terms()[2].node, Term::Directive(_)));
    assert_eq!(record.malformed().count(), 1);
}
