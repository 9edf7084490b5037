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
