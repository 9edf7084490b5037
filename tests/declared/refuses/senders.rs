//! Senders.

use super::check_sections;

#[test]
fn senders() {
    check_sections(&[
        (
            "sender-unknown-key",
            "[senders.news]\ninclude = \"_spf.news.example\"\nreturn-path = \"bounce.news.example\"\n",
        ),
        ("sender-nothing-to-authorise", "[senders.news]\ndkim = \"example.com\"\n"),
        (
            "sender-include",
            "[senders.news]\ninclude = [\"include:_spf.news.example\", \"%{i}.news.example\", \"news\", \"192.0.2.1\"]\n",
        ),
        ("sender-include-number", "[senders.news]\ninclude = 1\n"),
        ("sender-spf", "[senders.news]\ninclude = \"_spf.news.example\"\nspf = \"requred\"\n"),
        ("sender-spf-boolean", "[senders.news]\ninclude = \"_spf.news.example\"\nspf = true\n"),
        ("sender-addresses", "[senders.news]\naddresses = [\"10.0.0.1\"]\n"),
        (
            "sender-mail-from",
            "[senders.news]\ninclude = \"_spf.news.example\"\nmail-from = \"bounce@news.example\"\ndkim = \"xn--a.example\"\n",
        ),
    ]);
}
