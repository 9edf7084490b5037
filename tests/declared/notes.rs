//! What is allowed and worth a word, and the names of rules.

use super::{read, render, render_notes};
use crate::support::snapshots;

#[test]
fn notes() {
    let _guard = snapshots("declared");
    for (name, text) in [
        ("note-no-domain", "version = 1\n"),
        (
            "note-examples",
            "version = 1\n[egress.hq]\naddresses = [\"8.8.8.8\", \"203.0.113.10\", \"2001:db8::/32\"]\n[domains.\"example.com\"]\negress = [\"hq\"]\n",
        ),
        (
            "note-unused",
            "version = 1\n[egress.hq]\naddresses = [\"8.8.8.8\"]\n[senders.news]\ninclude = \"_spf.news.example\"\n\
             [providers.web]\nkind = \"manual\"\n[domains.\"example.com\"]\n",
        ),
        (
            "note-twice",
            "version = 1\n[egress.hq]\naddresses = [\"8.8.8.8\", \"8.8.8.8/32\"]\nhelo = [\"A.example\", \"a.example\"]\n\
             [domains.\"example.com\"]\negress = [\"hq\", \"hq\"]\nsenders = [\"zoho\", \"zoho\"]\nallow = [\"removes-mx\", \"removes-mx\"]\n",
        ),
        (
            "note-keys",
            "version = 1\n[domains.\"example.com\".dkim]\ns1 = { key-file = \"keys/rsa1024.pub.pem\" }\ns2 = { key-file = \"keys/rsa5120.pub.pem\" }\n",
        ),
        (
            "note-providers",
            "version = 1\n[providers.a]\nkind = \"rfc2136\"\nserver = \"ns.example.com\"\n\
             [providers.b]\nkind = \"powerdns\"\nurl = \"http://ns.example.com:8081\"\napi-key-env = \"K\"\n\
             [domains.\"a.example\"]\nprovider = \"a\"\n[domains.\"b.example\"]\nprovider = \"b\"\n",
        ),
    ] {
        let declaration = read(text).expect(name);
        insta::assert_snapshot!(name, render_notes(&declaration.file, &declaration.notes));
    }
    let repeated = read(
        "version = 1\n[egress.hq]\naddresses = [\"8.8.8.8\"]\n[domains.\"a.example\"]\negress = [\"hq\", \"hq\"]\n",
    );
    assert_eq!(repeated.expect("a declaration").domains[0].egress.len(), 1);
}

#[test]
fn rule_names_are_checked_by_those_who_know_the_rules() {
    let _guard = snapshots("declared");
    let text = "version = 1\n[domains.\"b.example\"]\naccept = [\"spf-missing\", \"spf-mising\"]\n[domains.\"a.example\"]\naccept = [\"everything\"]\n";
    let declaration = read(text).expect("a declaration");
    let problems = declaration.check_rule_names(&["spf-missing", "dmarc-missing"]);
    insta::assert_snapshot!("accept-unknown", render(&declaration.file, &problems));
}
