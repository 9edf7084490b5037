//! Sources that are programs: the lines to put in are found where they are, and say what they should to those who read
//! these languages.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use mailvouch_providers::dns::{Name, Rdata, Txt};
use mailvouch_providers::dnscontrol::DnsControl;
use mailvouch_providers::terraform::Terraform;
use mailvouch_providers::{Change, SourceEdit, Value};
use serde_json::json;

use crate::servers::program_of_peers;

fn txt(text: &str) -> Value {
    Value::new(Rdata::Txt(Txt::from_text(text.as_bytes())), 300)
}

fn apex() -> Name {
    "example.com".parse().expect("a name")
}

fn change(owner: &str, remove: &[Value], add: &[Value]) -> Change {
    let owner = if owner == "@" { apex() } else { apex().child(owner).expect("a name") };
    Change { owner, remove: remove.to_vec(), add: add.to_vec(), seen: Vec::new() }
}

fn dnscontrol(text: &str, change: &Change) -> Vec<SourceEdit> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("dnsconfig.js"), text).expect("a file");
    DnsControl::new(folder.path().join("dnsconfig.js")).source_edits(&apex(), change).expect("readable")
}

fn terraform(text: &str, change: &Change) -> Vec<SourceEdit> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("main.tf"), text).expect("a file");
    Terraform::new(folder.path()).source_edits(&apex(), change).expect("readable")
}

/// Where the only edit is, and what becomes of its lines.
fn told(edits: &[SourceEdit]) -> (Option<usize>, Option<usize>, Vec<&str>, Vec<&str>) {
    let [edit] = edits else { panic!("{edits:?}") };
    let lines = |lines: &'_ [String]| lines.iter().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let leak = |lines: Vec<String>| -> Vec<&str> { lines.into_iter().map(|line| &*line.leak()).collect() };
    (edit.line, edit.column, leak(lines(&edit.old)), leak(lines(&edit.new)))
}

#[test]
fn a_value_of_a_program_is_found_in_its_domain_only() {
    let text = "// TXT(\"@\", \"v=spf1 -all\")\nD(\"example.org\", R, TXT(\"@\", \"v=spf1 -all\"));\nD(\"example.com\", R,\n  TXT(\"mail\", \"v=spf1 -all\"),\n  \
                TXT(\"@\", [\"v=spf1 \", \"-all\"], TTL(300)),\n  MX(\"@\", 10, \"mx.example.com.\"),\n  CNAME(\"k1._domainkey\", 'k1.example.net.'),\n);\n";
    let spf = dnscontrol(text, &change("@", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]));
    assert_eq!(
        told(&spf),
        (
            Some(5),
            Some(12),
            vec!["TXT(\"@\", [\"v=spf1 \", \"-all\"], TTL(300)),"],
            vec!["TXT(\"@\", \"v=spf1 mx -all\", TTL(300)),"]
        )
    );
    let gone = dnscontrol(text, &change("mail", &[txt("v=spf1 -all")], &[]));
    assert_eq!(told(&gone), (Some(4), Some(3), vec!["TXT(\"mail\", \"v=spf1 -all\"),"], vec![]));
    let new = dnscontrol(text, &change("_dmarc", &[], &[txt("v=DMARC1; p=none")]));
    assert_eq!(told(&new), (Some(4), None, vec![], vec!["TXT(\"_dmarc\", \"v=DMARC1; p=none\", TTL(300)),"]));
    let mx = |text: &str| Value::new(Rdata::parse("MX".parse().expect("a type"), text).expect("data"), 300);
    let moved = dnscontrol(text, &change("@", &[mx("10 mx.example.com.")], &[mx("20 mx2.example.com.")]));
    assert_eq!(told(&moved).3, ["MX(\"@\", 20, \"mx2.example.com.\"),"]);
    // What is worked out is not guessed at.
    let made = dnscontrol(
        "var a = '-all'; D('example.com', R, TXT('@', 'v=spf1 ' + a), TXT('x', `v=spf1 ${a}`))",
        &change("@", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]),
    );
    assert_eq!(told(&made), (None, None, vec![], vec!["TXT(\"@\", \"v=spf1 mx -all\", TTL(300)),"]));
    assert!(made[0].note.as_ref().is_some_and(|note| note.contains("could not be found")), "{made:?}");
    let twice = dnscontrol(
        "D('example.com!in', R, TXT('@', 'a'));\nD('example.com!out', R, TXT('@', 'a'));",
        &change("@", &[txt("a")], &[txt("b")]),
    );
    assert!(
        twice[0]
            .note
            .as_ref()
            .is_some_and(|note| note.contains("dnsconfig.js:1 and at ") && note.contains("cannot be told")),
        "{twice:?}"
    );
}

#[test]
fn a_value_of_a_configuration_is_found_in_each_kind_of_resource() {
    let long = format!("v=DKIM1; k=rsa; p={}", "A".repeat(300));
    let (head, tail) = long.split_at(255);
    for (resource, old, new) in [
        (
            "\"aws_route53_record\" \"a\" {\n name = \"example.com\"\n type = \"TXT\"\n records = [\n  OLD, \"x\"]",
            "\"one\"".to_owned(),
            format!("\"{head}\\\"\\\"{tail}\""),
        ),
        (
            "\"google_dns_record_set\" \"a\" {\n name = \"example.com.\"\n type = \"TXT\"\n rrdatas = [\n  OLD]",
            "\"\\\"one\\\"\"".to_owned(),
            format!("\"\\\"{head}\\\" \\\"{tail}\\\"\""),
        ),
        (
            "\"cloudflare_dns_record\" \"a\" {\n name = \"@\"\n type = \"TXT\"\n ttl = 1\n content = OLD\n",
            "\"\\\"one\\\"\"".to_owned(),
            format!("\"\\\"{head}\\\" \\\"{tail}\\\"\""),
        ),
        (
            "\"azurerm_dns_txt_record\" \"a\" {\n name = \"@\"\n zone_name = z\n record {\n  value = OLD\n }\n",
            "\"one\"".to_owned(),
            format!("\"{long}\""),
        ),
        (
            "\"digitalocean_record\" \"a\" {\n name = \"@\"\n type = \"TXT\"\n domain = d\n value = OLD\n",
            "\"one\"".to_owned(),
            format!("\"{long}\""),
        ),
    ] {
        let text = format!("# OLD\nresource {}\n}}\n", resource.replace("OLD", &old));
        let edits = terraform(&text, &change("@", &[txt("one")], &[txt(&long)]));
        assert_eq!(edits.len(), 1);
        assert_eq!(edits[0].line, Some(6), "{text}{edits:?}");
        assert_eq!(edits[0].new, [edits[0].old[0].replace(&old, &new)], "{text}");
        // Another name of the same zone is another one's.
        let other = terraform(&text, &change("mail", &[txt("one")], &[txt("two")]));
        assert_eq!(other[0].line, None, "{text}{other:?}");
    }
    let worked_out = "resource \"aws_route53_record\" \"a\" {\n name = var.domain\n records = [\"one\"]\n}\n";
    let edits = terraform(worked_out, &change("@", &[txt("one")], &[txt("two")]));
    assert!(edits[0].note.as_ref().is_some_and(|note| note.contains("worked out by Terraform")), "{edits:?}");
    let new = terraform(worked_out, &change("_dmarc", &[], &[txt("v=DMARC1; p=none")]));
    assert_eq!(new[0].new[0], "resource \"aws_route53_record\" \"dmarc_example_com_txt\" {");
    assert!(new[0].new.contains(&"  records = [\"v=DMARC1; p=none\"]".to_owned()), "{new:?}");
}

#[test]
fn a_preference_has_an_attribute_of_its_own_where_each_value_is_a_resource() {
    let null = Value::new(Rdata::Mx { preference: 0, exchange: Name::root() }, 300);
    let mail = Value::new(Rdata::Mx { preference: 10, exchange: apex().child("mail").expect("a name") }, 300);
    for (resource, value, lines) in [
        ("cloudflare_dns_record", &mail, ["  priority = 10", "  content = \"mail.example.com\""]),
        ("digitalocean_record", &mail, ["  priority = 10", "  value = \"mail.example.com.\""]),
        ("digitalocean_record", &null, ["  priority = 0", "  value = \".\""]),
        ("aws_route53_record", &mail, ["  type = \"MX\"", "  records = [\"10 mail.example.com.\"]"]),
    ] {
        let text = format!("resource \"{resource}\" \"a\" {{\n name = \"@\"\n type = \"TXT\"\n value = \"one\"\n}}\n");
        let edits = terraform(&text, &change("@", &[], std::slice::from_ref(value)));
        for line in lines {
            assert!(edits[0].new.iter().any(|new| new == line), "{line}: {:?}", edits[0].new);
        }
    }
}

/// What a program becomes where the only edit is made in it.
fn dnscontrol_with(text: &str, change: &Change) -> String {
    let edits = dnscontrol(text, change);
    let [edit] = &edits[..] else { panic!("{edits:?}") };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let first = edit.line.expect("a line") - 1;
    assert_eq!(lines[first..first + edit.old.len()], edit.old, "{edit:?}");
    lines.splice(first..first + edit.old.len(), edit.new.clone());
    lines.join("\n")
}

#[test]
fn a_record_that_goes_leaves_no_comma_before_a_parenthesis() {
    // DNSControl reads ES5, where that is an error.
    for (text, after) in [
        ("D('example.com', R, A('@', '192.0.2.1'), TXT('@', 'a'));", "D('example.com', R, A('@', '192.0.2.1'));"),
        ("D('example.com', R,\n  A('@', '1'),\n  TXT('@', 'a')\n);", "D('example.com', R,\n  A('@', '1')\n);"),
        ("D('example.com', R\n  , TXT('@', 'a')\n  , A('@', '1')\n);", "D('example.com', R\n  ,  A('@', '1')\n);"),
        ("D('example.com', R\n  , A('@', '1')\n  , TXT('@', 'a')\n);", "D('example.com', R\n  , A('@', '1')\n);"),
        ("D('example.com', R, TXT('@', 'a') , A('@', '1'));", "D('example.com', R,  A('@', '1'));"),
        // A comment to the end of a line needs that end.
        (
            "D('example.com', R, TXT('@', 'a') // SPF\n  , A('@', '1'));",
            "D('example.com', R,  // SPF\n   A('@', '1'));",
        ),
        ("D('example.com', R, A('@', '1'), // web\n  TXT('@', 'a'));", "D('example.com', R, A('@', '1') // web\n  );"),
    ] {
        assert_eq!(dnscontrol_with(text, &change("@", &[txt("a")], &[])), after, "{text}");
    }
}

#[test]
fn a_record_that_comes_stands_in_its_domain_and_in_no_other_call() {
    let dmarc = change("_dmarc", &[], &[txt("v=DMARC1; p=none")]);
    let line = "TXT(\"_dmarc\", \"v=DMARC1; p=none\", TTL(300))";
    for (text, after) in [
        (
            "D('example.com', R, A('@', '192.0.2.1',\n    R53_ZONE('Z12'), TTL(300)),\n  MX('@', 10, 'm.test.'));",
            format!(
                "D('example.com', R, A('@', '192.0.2.1',\n    R53_ZONE('Z12'), TTL(300)),\n  {line},\n  MX('@', 10, 'm.test.'));"
            ),
        ),
        // Where no record begins a line: behind the last, and before `END`, which has no comma.
        ("D('example.com', R, A('@', '192.0.2.1'));", format!("D('example.com', R, A('@', '192.0.2.1'), {line});")),
        ("D('example.com', R, END);", format!("D('example.com', R, {line}, END);")),
        (
            "D('example.com', R, // web\n  p('a'), /* b */\nEND)",
            format!("D('example.com', R, // web\n  p('a'), {line}, /* b */\nEND)"),
        ),
    ] {
        assert_eq!(dnscontrol_with(text, &dmarc), after, "{text}");
    }
}

#[test]
fn of_several_views_each_is_named() {
    let text = "D('example.com!in', R,\n  A('@', '1'));\nD('example.com!out', R,\n  A('@', '2'));\nD('sub.example.com', R,\n  A('@', '3'));";
    let dmarc = [txt("v=DMARC1; p=none")];
    let edits = dnscontrol(text, &change("_dmarc", &[], &dmarc));
    assert_eq!((edits[0].line, edits[0].old.len(), edits[0].new.len()), (None, 0, 1));
    let note = edits[0].note.as_deref().unwrap_or_default();
    assert!(
        note.contains("several views") && note.contains("dnsconfig.js:1 and at ") && note.ends_with("mail servers"),
        "{note}"
    );
    assert!(note.contains("dnsconfig.js:3"), "{note}");
    // A domain below it is none of them.
    assert_eq!(dnscontrol(text, &change("_dmarc.sub", &[], &dmarc))[0].line, Some(6));
}

#[test]
fn lines_that_end_with_a_carriage_return_are_told_without_it() {
    let text = "D('example.com', R,\r\n  TXT('@', 'a'),\r\n  A('@', '1'));\r\n";
    let edits = dnscontrol(text, &change("@", &[txt("a")], &[txt("b")]));
    assert_eq!(told(&edits), (Some(2), Some(12), vec!["TXT('@', 'a'),"], vec!["TXT('@', 'b'),"]));
    let text = "resource \"digitalocean_record\" \"a\" {\r\n  name = \"@\"\r\n  domain = \"example.com\"\r\n  value = \"a\"\r\n}\r\n";
    let edits = terraform(text, &change("@", &[txt("a")], &[txt("b")]));
    assert_eq!((&edits[0].old[0][..], &edits[0].new[0][..]), ("  value = \"a\"", "  value = \"b\""));
}

#[test]
fn a_short_name_is_this_one_in_one_zone_only() {
    let set = |zone: &str| {
        format!(
            "resource \"azurerm_dns_txt_record\" \"a\" {{\n name = \"@\"\n zone_name = {zone}\n record {{\n  value = \"x\"\n }}\n}}\n"
        )
    };
    let add = change("@", &[], &[txt("v=spf1 -all")]);
    let note = |edits: &[SourceEdit]| edits[0].note.clone().unwrap_or_default();
    // Of two zones, both worked out, neither is picked.
    let edits = terraform(&(set("azurerm_dns_zone.other.name") + &set("azurerm_dns_zone.main.name")), &add);
    assert_eq!((edits[0].line, &edits[0].new[..]), (None, &["\"v=spf1 -all\"".to_owned()][..]));
    assert!(
        note(&edits).contains("main.tf:1 and at ") && note(&edits).ends_with("of the zone example.com"),
        "{edits:?}"
    );
    // One says that it is this one.
    let edits = terraform(&(set("\"example.org\"") + &set("\"example.com\"")), &add);
    assert_eq!((edits[0].line, &edits[0].note), (Some(11), &None), "{edits:?}");
    // The only one may be of another zone.
    let edits = terraform(&set("azurerm_dns_zone.other.name"), &add);
    assert_eq!(edits[0].line, Some(4));
    assert!(note(&edits).contains("see that it is example.com"), "{edits:?}");
    // So may the one that a new resource is made after.
    let edits = terraform(&set("azurerm_dns_zone.other.name"), &change("_dmarc", &[], &[txt("v=DMARC1; p=none")]));
    assert!(note(&edits).ends_with("see that its zone is example.com"), "{edits:?}");
}

/// The note of the only edit.
fn note(edits: &[SourceEdit]) -> &str {
    let [edit] = edits else { panic!("{edits:?}") };
    edit.note.as_deref().unwrap_or_default()
}

#[test]
fn what_is_worked_out_is_named_and_no_second_record_is_advised() {
    let spf = change("@", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]);
    let edits = dnscontrol("var spf = 'v=spf1 -all';\nD('example.com', R,\n  TXT('@', spf), TXT('x', spf));", &spf);
    assert!(note(&edits).contains("takes the place of what makes it, and does not stand beside it"), "{edits:?}");
    assert!(note(&edits).contains("the value of `TXT` at ") && note(&edits).contains("dnsconfig.js:3 is worked out"));
    let text =
        "resource \"aws_route53_record\" \"a\" {\n name = \"example.com\"\n type = \"TXT\"\n records = [var.spf]\n}\n";
    let edits = terraform(text, &spf);
    assert!(note(&edits).contains("takes the place of what makes it, and does not stand beside it"), "{edits:?}");
    assert!(note(&edits).contains("main.tf:1 are worked out"), "{edits:?}");
}

#[test]
fn what_is_never_closed_is_told_with_its_place() {
    let spf = change("@", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]);
    for (text, words) in [
        (
            "D('example.com', R,\n  TXT('@', 'v=spf1 -all),\n);",
            "dnsconfig.js:2:12: a string begins here that is never closed",
        ),
        ("D('example.com', R,\n  TXT('@', 'x')\n", "dnsconfig.js:1:2: what opens here is never closed by `)`"),
        ("D('example.com', R)));", "dnsconfig.js:1:20: `)` closes nothing that is open"),
    ] {
        assert!(note(&dnscontrol(text, &spf)).contains(words), "{text}: {}", note(&dnscontrol(text, &spf)));
        let new = dnscontrol(text, &change("_dmarc", &[], &[txt("v=DMARC1; p=none")]));
        assert!(new[0].line.is_some() || note(&new).contains(words), "{text}: {new:?}");
    }
    let text = "resource \"aws_route53_record\" \"a\" {\n name = \"example.com\n}\n";
    assert!(note(&terraform(text, &spf)).contains("main.tf:2:9: a string begins here that is never closed"));
}

#[test]
fn values_are_found_in_each_way_that_dnscontrol_reads_them() {
    let (head, tail) = ("v=DKIM1; k=rsa; p=".to_owned() + &"A".repeat(300), "B".repeat(100));
    let long = format!("{head}{tail}");
    let data =
        |rtype: &str, data: &str| Value::new(Rdata::parse(rtype.parse().expect("a type"), data).expect("data"), 300);
    for (call, owner, old, new, after) in [
        // Joined first, so that a piece may be of any length.
        (format!("TXT('k', ['{head}', '{tail}'])"), "k", txt(&long), txt("v=DKIM1; p="), "TXT('k', 'v=DKIM1; p=')"),
        // A target without a dot is a name of the domain.
        (
            "CNAME('k', 'old')".to_owned(),
            "k",
            data("CNAME", "old.example.com."),
            data("CNAME", "new.test."),
            "CNAME('k', 'new.test.')",
        ),
        (
            "MX('@', 10, /* why */ 'mail')".to_owned(),
            "@",
            data("MX", "10 mail.example.com."),
            data("MX", "20 mx.test."),
            "MX('@', 20, /* why */ 'mx.test.')",
        ),
    ] {
        let text = format!("D('example.com', R,\n  {call});");
        assert_eq!(dnscontrol_with(&text, &change(owner, &[old], &[new])), format!("D('example.com', R,\n  {after});"));
    }
    // DNSControl refuses this one.
    let edits =
        dnscontrol("D('example.com', R, CNAME('k', 'a.b'));", &change("k", &[data("CNAME", "a.b.example.com.")], &[]));
    assert_eq!(edits[0].line, None);
}

#[test]
fn a_folder_is_required_from_the_file_that_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("dnsconfig.js", "require('sub/load.js');"),
        ("sub/load.js", "require_glob('zones/'); require_glob('flat/', false);"),
        ("sub/zones/deep/a.js", "D('example.com', R, TXT('a', 'a'));"),
        ("sub/flat/b.js", "D('example.com', R, TXT('b', 'b'));"),
        ("sub/flat/deep/c.js", "D('example.com', R, TXT('c', 'c'));"),
        ("zones/d.js", "D('example.com', R, TXT('d', 'd'));"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let program = DnsControl::new(folder.path().join("dnsconfig.js"));
    for (label, is_found) in [("a", true), ("b", true), ("c", false), ("d", false)] {
        let edits = program.source_edits(&apex(), &change(label, &[txt(label)], &[txt("new")])).expect("readable");
        assert_eq!(edits[0].line.is_some(), is_found, "{label}: {edits:?}");
    }
}

#[test]
fn a_name_in_a_value_has_its_dot_or_not() {
    let mx = |data: &str| Value::new(Rdata::parse("MX".parse().expect("a type"), data).expect("data"), 300);
    let route53 = "resource \"aws_route53_record\" \"a\" {\n name = \"example.com\"\n type = \"MX\"\n records = [\"10 mail.example.com\"]\n}\n";
    let moved = change("@", &[mx("10 mail.example.com.")], &[mx("20 mx.test.")]);
    assert_eq!(told(&terraform(route53, &moved)).0, Some(4));
    let cloudflare = "resource \"cloudflare_dns_record\" \"a\" {\n name = \"example.com\"\n type = \"MX\"\n priority = 10\n content = \"mail.example.com\"\n}\n";
    let edits = terraform(cloudflare, &moved);
    assert_eq!((edits[0].line, &edits[0].new[0][..]), (Some(5), " content = \"mx.test\""));
    assert_eq!(note(&edits), "its priority becomes 20");
    let other = terraform(cloudflare, &change("@", &[mx("30 mail.example.com.")], &[mx("0 .")]));
    assert_eq!((other[0].line, &other[0].new[..]), (None, &["\".\"".to_owned()][..]));
    assert!(note(&other).ends_with("its priority is 0"), "{other:?}");
}

#[test]
fn what_others_fetched_is_not_read_and_what_is_no_file_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let set = "resource \"digitalocean_record\" \"a\" {\n domain = \"example.com\"\n name = \"@\"\n value = \"a\"\n}\n";
    for fetched in ["node_modules/x", ".terraform/modules"] {
        fs::create_dir_all(folder.path().join(fetched)).expect("a folder");
        fs::write(folder.path().join(fetched).join("main.tf"), set).expect("a file");
    }
    let swap = change("@", &[txt("a")], &[txt("b")]);
    let edits = Terraform::new(folder.path()).source_edits(&apex(), &swap).expect("readable");
    assert_eq!(edits[0].line, None, "{edits:?}");
    // Nobody writes into it: a reader would wait for ever.
    let pipe = folder.path().join("dnsconfig.js");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let error = DnsControl::new(&pipe).source_edits(&apex(), &swap).expect_err("a pipe");
    assert!(error.to_string().ends_with("dnsconfig.js: is no file"), "{error}");
    let text = folder.path().join("latin.js");
    fs::write(&text, b"// a\nD('\xfc').\n").expect("a file");
    let error = DnsControl::new(&text).source_edits(&apex(), &swap).expect_err("no text");
    assert!(error.to_string().ends_with("latin.js:2:4: is no text in UTF-8"), "{error}");
}

#[test]
fn those_who_read_the_languages_read_the_same_texts() {
    let long = "A".repeat(700);
    let texts = [
        "v=spf1 exists:%{i}._spf.example.com ${x} -all",
        "say \"hi\", it's",
        "back\\slash \\n",
        "gr\u{fc}\u{df}e \u{2028}",
        "tab\there",
        &long,
        "v=DMARC1; p=none; rua=mailto:d@example.com",
        "%{l}%{d1r} and ${y}",
        "</script> /* no comment */ // #",
    ];
    let mut asked = Vec::new();
    for text in texts {
        for quote in ['"', '\''] {
            let source = format!("D('example.com', R,\nTXT('@', {quote}old{quote}),\nEND);");
            let edits = dnscontrol(&source, &change("@", &[txt("old")], &[txt(text)]));
            let line = edits[0].new.join("\n");
            asked.push((
                json!({"language": "js", "line": line.trim_end_matches(',')}),
                vec!["@".to_owned(), text.to_owned()],
            ));
        }
        if text.is_ascii() && !text.contains(['"', '\\', '\t']) {
            // In the other forms the text is in quotes once more: those are the tests of the forms themselves.
            let source =
                "resource \"digitalocean_record\" \"a\" {\n name = \"@\"\n value =\\\n}\n".replace("=\\", "= \"old\"");
            let edits = terraform(&source, &change("@", &[txt("old")], &[txt(text)]));
            let literal = edits[0].new[0].split_once("= ").expect("a value").1.to_owned();
            asked.push((json!({"language": "hcl", "line": literal}), vec![text.to_owned()]));
        }
        let source = "resource \"azurerm_dns_txt_record\" \"a\" {\n name = \"@\"\n record {\n value = \"old\"\n}\n}\n";
        let edits = terraform(source, &change("@", &[txt("old")], &[txt(text)]));
        let literal = edits[0].new[0].split_once("= ").expect("a value").1.to_owned();
        asked.push((json!({"language": "hcl", "line": literal}), vec![text.to_owned()]));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/literals.py");
    let mut child = Command::new(program_of_peers("python"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python");
    let lines: Vec<String> = asked.iter().map(|(line, _)| line.to_string()).collect();
    child.stdin.take().expect("a pipe").write_all(lines.join("\n").as_bytes()).expect("written");
    let done = child.wait_with_output().expect("ended");
    let told = String::from_utf8(done.stdout).expect("text");
    assert_eq!(told.lines().count(), asked.len());
    for (line, (asked, expected)) in told.lines().zip(asked) {
        let read: Vec<String> = serde_json::from_str(line).expect("JSON");
        assert_eq!(read, expected, "{asked}");
    }
}
