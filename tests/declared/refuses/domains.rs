//! Domains.

use super::check_sections;

#[test]
fn names() {
    check_sections(&[
        (
            "domain-names",
            "[domains.example]\n[domains.\"*.example.com\"]\n[domains.\"203.0.113.10\"]\n[domains.\"https://example.com\"]\n\
             [domains.\"exa mple.com\"]\n[domains.\"-a.example\"]\n[domains.\"a..example\"]\n[domains.\"xn--a.example\"]\n",
        ),
        (
            "domain-name-unquoted",
            "[domains.example.com]\nsends = false\n[domains.mail.example.org.dkim]\ns1 = { present = true }\n",
        ),
        ("domain-twice", "[domains.\"bücher.example\"]\nttl = 60\n[domains.\"XN--BCHER-KVA.example.\"]\nttl = 60\n"),
        ("domain-text", "[domains]\n\"example.com\" = \"microsoft-365\"\n"),
        ("domain-name-and-more", "[domains.\"example\"]\nttl = -1\negress = [\"hq\"]\n"),
    ]);
}

#[test]
fn keys() {
    check_sections(&[
        (
            "domain-unknown-key",
            "[domains.\"example.com\"]\nsender = [\"microsoft-365\"]\nselectors = {}\nall = \"fail\"\npolicy = \"none\"\nmx = [\"a.example\"]\nx = 1\n",
        ),
        ("domain-booleans", "[domains.\"example.com\"]\nsends = \"no\"\nreceives = 0\nbulk = \"true\"\n"),
        (
            "egress-unknown",
            "[egress.hq]\naddresses = [\"203.0.113.10\"]\n[domains.\"example.com\"]\negress = [\"qh\", \"dc\", \"203.0.113.10\"]\n",
        ),
        (
            "senders-unknown",
            "[domains.\"example.com\"]\nsenders = [\"microsoft365\", \"o365\", \"spf.protection.outlook.com\", \"newsletter\"]\n",
        ),
        ("senders-text", "[domains.\"example.com\"]\nsenders = \"microsoft-365\"\n"),
        (
            "provider-unknown",
            "[providers.dns]\nkind = \"manual\"\n[domains.\"example.com\"]\nprovider = \"dsn\"\n[domains.\"example.org\"]\nprovider = \"other\"\n",
        ),
        (
            "published",
            "[domains.\"example.com\"]\npublished = \"provider\"\n[domains.\"example.org\"]\npublished = \"live\"\n",
        ),
        (
            "published-manual",
            "[providers.web]\nkind = \"manual\"\n[domains.\"example.com\"]\nprovider = \"web\"\npublished = \"provider\"\n",
        ),
        (
            "ttl",
            "[domains.\"a.example\"]\nttl = \"1h\"\n[domains.\"b.example\"]\nttl = -5\n[domains.\"c.example\"]\nttl = 0xffff_ffff_ffff_ffff_ffff\n[domains.\"d.example\"]\nttl = 1.5\n",
        ),
        (
            "spf-all",
            "[domains.\"a.example\"]\nspf = { all = \"pass\" }\n[domains.\"b.example\"]\nspf = { all = \"-all\" }\n[domains.\"c.example\"]\nspf.all = \"soft-fail\"\n",
        ),
        (
            "spf-keys",
            "[domains.\"a.example\"]\nspf = { include = \"x\", exclusive = 1 }\n[domains.\"b.example\"]\nspf = \"v=spf1 -all\"\n[domains.\"c.example\"]\nspf = \"fail\"\n",
        ),
        ("accept-type", "[domains.\"example.com\"]\naccept = [true]\n"),
        ("allow-unknown", "[domains.\"example.com\"]\nallow = [\"widen-spf\", \"everything\"]\n"),
    ]);
}

#[test]
fn contradictions() {
    check_sections(&[(
        "parked-sends",
        "[egress.hq]\naddresses = [\"203.0.113.10\"]\n[domains.\"example.com\"]\nsends = false\negress = [\"hq\"]\n\
             senders = [\"microsoft-365\"]\nbulk = true\nspf = { all = \"softfail\" }\ndmarc = { policy = \"none\" }\n",
    )]);
}

#[test]
fn what_refers_to_something_broken_is_not_told_again() {
    check_sections(&[(
        "broken-once",
        "[egress.hq]\naddresses = [\"10.0.0.1\"]\n[senders.news]\nspf = 1\n[providers.dns]\nkind = \"x\"\n\
         [domains.\"example.com\"]\negress = [\"hq\"]\nsenders = [\"news\"]\nprovider = \"dns\"\n",
    )]);
}
