//! Every form of RFC 7208, section 12: what it allows is a term, and what it does not is malformed.

use mailvouch::record::SpfRecord;
use mailvouch::record::spf::{
    DomainSpec, DualPrefix, Ip4Range, MacroLetter, MacroPart, MacroString, Mechanism, Modifier, Qualifier, Term,
};

fn record(text: &str) -> SpfRecord {
    SpfRecord::parse(text.as_bytes()).unwrap_or_else(|| panic!("not selected: {text:?}"))
}

fn term(text: &str) -> Term {
    let record = record(&format!("v=spf1 {text}"));
    assert_eq!(record.terms().len(), 1, "{text:?}");
    record.terms()[0].node.clone()
}

fn mechanism(text: &str) -> Mechanism {
    match term(text) {
        Term::Directive(directive) => directive.mechanism,
        other => panic!("{text:?} is {other:?}"),
    }
}

fn is_sound(text: &str) -> bool {
    !matches!(term(text), Term::Malformed(_))
}

fn domain(text: &str) -> DomainSpec {
    mechanism(&format!("exists:{text}")).domain().expect("a domain").clone()
}

#[test]
fn a_record_is_selected_by_its_version_and_a_space_or_the_end() {
    for text in ["v=spf1", "v=spf1 ", "V=SPF1 -all", "v=SpF1   a", "v=spf1 \u{e9}"] {
        assert!(SpfRecord::parse(text.as_bytes()).is_some(), "{text:?}");
    }
    for text in [
        "",
        "v=spf",
        "v=spf10",
        "v=spf1a",
        "v=spf1\t-all",
        "v=spf1;",
        " v=spf1",
        "v =spf1",
        "spf1",
        "v=spf2 -all",
        "v=spf1\u{a0}-all",
        "\"v=spf1 -all\"",
        "v=DMARC1",
    ] {
        assert!(SpfRecord::parse(text.as_bytes()).is_none(), "{text:?}");
    }
}

#[test]
fn only_spaces_separate_terms() {
    let terms = |text: &str| record(text).terms().len();
    assert_eq!(terms("v=spf1"), 0);
    assert_eq!(terms("v=spf1    "), 0);
    assert_eq!(terms("v=spf1  a   mx -all  "), 3);
    for text in ["v=spf1 a\tmx", "v=spf1 a\rmx", "v=spf1 a\nmx", "v=spf1 a\u{a0}mx", "v=spf1 a\0mx"] {
        assert_eq!((terms(text), record(text).is_valid()), (1, false), "{text:?}");
    }
}

#[test]
fn qualifiers_stand_before_mechanisms_and_pass_is_the_default() {
    for (text, qualifier) in [
        ("all", Qualifier::Pass),
        ("+all", Qualifier::Pass),
        ("-all", Qualifier::Fail),
        ("~all", Qualifier::SoftFail),
        ("?all", Qualifier::Neutral),
        ("-ALL", Qualifier::Fail),
    ] {
        let Term::Directive(directive) = term(text) else { panic!("{text:?}") };
        assert_eq!(directive.effective_qualifier(), qualifier, "{text:?}");
        assert_eq!(directive.to_string(), text.to_lowercase());
    }
}

#[test]
fn each_mechanism_takes_what_its_rule_allows() {
    let sound = "all a a:example.com a/24 a//64 a/24//64 a:example.com/24//64 a:example.com/0//0 A:EXAMPLE.COM mx \
        mx:example.com/32//128 ptr ptr:example.com include:example.com exists:%{i}.example.com ip4:192.0.2.1 \
        ip4:192.0.2.1/0 ip4:0.0.0.0/32 ip6:2001:db8::1 ip6:::/0 ip6:::1/128 IP6:2001:DB8:: \
        ip6:::ffff:192.0.2.1 ip6:1:2:3:4:5:6:7:8 ip6:1:2:3:4:5:6:192.0.2.1 ip6:1:2:3:4:5:6:7::"
        .split_whitespace();
    for text in sound {
        assert!(is_sound(text), "{text:?}");
    }
    let malformed = "al alll all: all:example.com all/24 a: a:/24 a/ a/33 a/024 a/24/64 a// a//129 a/24// a///64 \
        a/24//064 a/ab a:example.com/ a:example.com/33 mx: mx/33 ptr: ptr/24 ptr:example.com/24 include \
        include: include/24 include:example.com/24 exists exists: exists:a.b/24 ip4 ip4: ip4/24 ip4:192.0.2 \
        ip4:192.0.2.1.1 ip4:192.0.2.256 ip4:192.0.02.1 ip4:192.0.2.1/33 ip4:192.0.2.1/ ip4:192.0.2.1/024 \
        ip4:192.0.2.1//64 ip4:192.0.2.1/24//64 ip4:2001:db8::1 ip4:mail.example.com ip6 ip6: ip6:192.0.2.1 \
        ip6:2001:db8::1/129 ip6:2001:db8 ip6:2001:db8::1::2 ip6:2001:db8::12345 ip6:1:2:3:4:5:6:7:8:9 \
        ip6:1:2:3:4:5:6:7:8:: ip6:[::1] ip6:fe80::1%eth0 ip6:::1//64 - --all +-all :example.com /24 \
        192.0.2.1 example.com -redirect=a.example"
        .split_whitespace();
    for text in malformed {
        assert!(!is_sound(text), "{text:?}");
    }
}

#[test]
fn what_is_read_is_what_is_written() {
    assert_eq!(mechanism("ip4:192.0.2.5/24"), Mechanism::Ip4(Ip4Range { address: [192, 0, 2, 5].into(), prefix: 24 }));
    let Mechanism::Ip4(range) = mechanism("ip4:192.0.2.5/24") else { panic!("not ip4") };
    assert_eq!((range.network().to_string(), range.has_host_bits()), ("192.0.2.0/24".to_owned(), true));
    let Mechanism::Ip6(range) = mechanism("ip6:2001:db8::/32") else { panic!("not ip6") };
    assert_eq!((range.network().to_string(), range.has_host_bits()), ("2001:db8::/32".to_owned(), false));
    let Mechanism::A { domain: Some(domain), prefix } = mechanism("a:Mail.Example.com/24//64") else { panic!("not a") };
    assert_eq!((domain.as_str(), prefix), ("Mail.Example.com", DualPrefix { v4: Some(24), v6: Some(64) }));
    assert_eq!(domain.literal(), Some("mail.example.com".parse().expect("a name")));
    let Mechanism::Mx { domain: None, prefix } = mechanism("mx//64") else { panic!("not mx") };
    assert_eq!((prefix.v4_bits(), prefix.v6_bits()), (32, 64));
}

#[test]
fn canonical_text_leaves_out_what_says_nothing() {
    for (text, canonical) in [
        ("IP4:192.0.2.1/32", "ip4:192.0.2.1"),
        ("ip4:192.0.2.5/24", "ip4:192.0.2.5/24"),
        ("ip6:2001:0DB8:0::1/128", "ip6:2001:db8::1"),
        ("?A/32//128", "?a"),
        ("mx:Example.com./24//64", "mx:Example.com./24//64"),
        ("+Include:_SPF.example", "+include:_SPF.example"),
        ("PTR", "ptr"),
    ] {
        let Term::Directive(directive) = term(text) else { panic!("{text:?}") };
        assert_eq!(directive.to_string(), canonical);
    }
    let Term::Modifier(modifier) = term("ReDirect=A.example") else { panic!("no modifier") };
    assert_eq!(modifier.to_string(), "redirect=A.example");
}

#[test]
fn an_equals_sign_before_any_colon_or_slash_makes_a_modifier() {
    for (text, name, value) in [
        ("ip4=192.0.2.1", "ip4", "192.0.2.1"),
        ("include=a:b/c", "include", "a:b/c"),
        ("A-b_c.9=", "A-b_c.9", ""),
        ("x=%{c}%%", "x", "%{c}%%"),
        ("v=spf1", "v", "spf1"),
    ] {
        let Term::Modifier(Modifier::Unknown { name: found, value: found_value }) = term(text) else {
            panic!("{text:?}")
        };
        assert_eq!((found.node.as_str(), found_value.as_str()), (name, value));
    }
    assert!(matches!(term("redirect=a.example"), Term::Modifier(Modifier::Redirect(_))));
    assert!(matches!(term("EXP=%{d}"), Term::Modifier(Modifier::Exp(_))));
    assert!(is_sound("a:b.example=c.example"), "a colon stands first");
    for text in
        ["=x", "1a=x", "-a=x", "a+b=x", "x=%", "x=%{z}", "redirect=", "exp=", "redirect=a.example/24", "redirect=com"]
    {
        assert!(!is_sound(text), "{text:?}");
    }
}

#[test]
fn a_domain_ends_in_a_top_label_or_a_macro() {
    for text in "example.com example.com. _spf.a-b.example a.1a a.a-1 a.xn--p1ai a.1-1 a..b .com a_b.c:d/e.f %{d} \
        a%{d} a.%{d} %% a%_ a.b%- %{i}.b x%{d}.1.a ://brevo.com"
        .split_whitespace()
    {
        assert!(is_sound(&format!("exists:{text}")), "{text:?}");
    }
    for text in "com localhost. a.1 a.123. a.-b a.b- a.b_c a. a.. %{d}. %{d}b %{d}.1 a.b/c 192.0.2.1 a.b,c foo-bar"
        .split_whitespace()
    {
        assert!(!is_sound(&format!("exists:{text}")), "{text:?}");
    }
}

#[test]
fn a_domain_without_macros_has_a_name_where_dns_allows_it() {
    let name = |text: &str| domain(text).literal().map(|name| name.to_string());
    assert_eq!(name("Example.COM.").as_deref(), Some("example.com"));
    assert_eq!(name(r"a\046b.example").as_deref(), Some(r"a\\046b.example"));
    assert_eq!(name("a%%b%-.example").as_deref(), Some("a%b%20.example"));
    assert_eq!(name("%{d}.example"), None);
    assert!(domain("%{d}.example").has_macros());
    // The grammar allows what no name holds.
    for text in ["a..example", &format!("{}.example", "a".repeat(64))] {
        assert_eq!((name(text), domain(text).has_macros()), (None, false), "{text:?}");
    }
    assert!(domain("a.example.").has_trailing_dot() && !domain("a.example").has_trailing_dot());
}

#[test]
fn macros_are_a_letter_digits_a_reversal_and_delimiters_in_this_order() {
    let text = "%{S}x%{l1r+-}%{d23}%{IR.,/_=}%{p}%{h}%{v}%{o}%%%_%-";
    let domain = domain(text);
    let printed: Vec<_> = domain.macros().map(|(_, expand)| expand.clone()).collect();
    let facts = |at: usize| {
        let expand = &printed[at];
        (expand.letter, expand.url_escape, expand.digits, expand.reverse, expand.delimiters.as_str())
    };
    assert_eq!(facts(0), (MacroLetter::Sender, true, None, false, ""));
    assert_eq!(facts(1), (MacroLetter::LocalPart, false, Some(1), true, "+-"));
    assert_eq!(facts(2), (MacroLetter::Domain, false, Some(23), false, ""));
    assert_eq!(facts(3), (MacroLetter::Address, true, None, true, ".,/_="));
    assert_eq!(domain.parts().len(), 12);
    assert_eq!(domain.parts()[1].node, MacroPart::Literal);
    assert_eq!(domain.macro_string().literal(&domain.parts()[1]), "x");

    for text in "% %a %{ %{d %{} %{1} %{a} %{d0} %{d00r} %{dr1} %{d1x} %{d1.r} %{c} %{R} %{t}".split_whitespace() {
        assert!(!is_sound(&format!("exists:{text}.example")), "{text:?}");
    }
}

#[test]
fn explanations_take_spaces_and_all_letters() {
    let text = "%{i} is not one of %{d}'s mailers: see %{c} %{r} %{t}, 100%%";
    let explanation = MacroString::parse_explanation(text.as_bytes()).expect("an explanation");
    assert_eq!((explanation.as_str(), explanation.macros().count()), (text, 5));
    assert!(MacroString::parse_explanation(b"100%").is_err());
    assert!(MacroString::parse_explanation("caf\u{e9}".as_bytes()).is_err());
}

#[test]
fn one_bad_term_or_a_second_redirect_or_exp_spoils_the_record() {
    for (text, is_valid) in [
        ("v=spf1 -all", true),
        ("v=spf1 all all all", true),
        ("v=spf1 redirect=a.example exp=b.example x=1 x=1", true),
        ("v=spf1 -all moo", false),
        ("v=spf1 redirect=a.example redirect=a.example", false),
        ("v=spf1 exp=a.example -all exp=b.example", false),
    ] {
        assert_eq!(record(text).is_valid(), is_valid, "{text:?}");
    }
}

#[test]
fn the_first_all_decides_and_stops_redirect() {
    let record = record("v=spf1 mx ~all redirect=a.example -all exp=b.example redirect=c.example");
    assert_eq!(record.all(), Some((&(10..14), Qualifier::SoftFail)));
    assert_eq!(record.redirect().map(|(span, domain)| (span.clone(), domain.as_str())), Some((15..33, "a.example")));
    assert_eq!(record.effective_redirect(), None);
    assert_eq!(record.exp().map(|(_, domain)| domain.as_str()), Some("b.example"));
    let duplicates: Vec<_> = record.duplicate_modifiers().map(|(span, _)| span.clone()).collect();
    assert_eq!(duplicates, vec![53..71]);
}
