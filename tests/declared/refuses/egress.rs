//! Egress groups.

use super::check_sections;

#[test]
fn addresses() {
    check_sections(&[
        ("addresses-missing", "[egress.hq]\nhelo = [\"mail.example.com\"]\n"),
        ("addresses-empty", "[egress.hq]\naddresses = []\n"),
        ("addresses-text", "[egress.hq]\naddresses = \"203.0.113.10\"\n"),
        ("addresses-number", "[egress.hq]\naddresses = [\"203.0.113.10\", 203]\n"),
        (
            "addresses-unusable",
            "[egress.hq]\naddresses = [\n  \"10.1.2.3\",\n  \"127.0.0.1\",\n  \"169.254.1.1\",\n  \"100.64.0.1\",\n  \
             \"224.0.0.1\",\n  \"240.0.0.1\",\n  \"0.0.0.0\",\n  \"0.0.0.0/0\",\n  \"fe80::1\",\n  \"fd00::1\",\n  \
             \"ff02::1\",\n  \"::1\",\n  \"::\",\n  \"::ffff:192.0.2.1\",\n  \"192.168.0.0/16\",\n]\n",
        ),
        (
            "addresses-malformed",
            "[egress.hq]\naddresses = [\n  \"192.0.2.5/24\",\n  \"192.0.2.0/255.255.255.0\",\n  \"192.0.2.0/33\",\n  \
             \"ip4:192.0.2.1\",\n  \"192.0.2.1:25\",\n  \"mail.example.com\",\n  \"\",\n]\n",
        ),
    ]);
}

#[test]
fn other_keys() {
    check_sections(&[
        ("egress-unknown-key", "[egress.hq]\nadresses = [\"203.0.113.10\"]\nip = \"203.0.113.11\"\ncolour = \"red\"\n"),
        (
            "helo-names",
            "[egress.hq]\naddresses = [\"203.0.113.10\"]\nhelo = [\"mail\", \"203.0.113.10\", \"https://mail.example.com\"]\n",
        ),
        ("from-text", "[egress.hq]\naddresses = [\"203.0.113.10\"]\nfrom = \"2026-12-01\"\n"),
        ("from-without-offset", "[egress.hq]\naddresses = [\"203.0.113.10\"]\nfrom = 2026-12-01T09:30:00\n"),
        ("from-without-date", "[egress.hq]\naddresses = [\"203.0.113.10\"]\nfrom = 09:30:00\n"),
        ("until-before-from", "[egress.hq]\naddresses = [\"203.0.113.10\"]\nfrom = 2026-12-02\nuntil = 2026-12-01\n"),
    ]);
}
