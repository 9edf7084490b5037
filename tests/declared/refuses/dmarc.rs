//! DMARC policies.

use super::check_sections;

#[test]
fn policies() {
    check_sections(&[
        ("dmarc-policy-missing", "[domains.\"example.com\"]\ndmarc = { rua = [\"mailto:dmarc@example.com\"] }\n"),
        (
            "dmarc-policies",
            "[domains.\"example.com\".dmarc]\npolicy = \"quarentine\"\nsubdomain-policy = \"monitor\"\nnonexistent-policy = \"deny\"\n",
        ),
        ("dmarc-text", "[domains.\"example.com\"]\ndmarc = \"v=DMARC1; p=none\"\n"),
        (
            "dmarc-keys",
            "[domains.\"example.com\"]\ndmarc = { p = \"none\", sp = \"none\", pct = 50, ri = 86400, v = \"DMARC1\", rau = [] }\n",
        ),
        (
            "dmarc-alignment",
            "[domains.\"example.com\"]\ndmarc = { policy = \"none\", adkim = \"s\", aspf = \"loose\" }\n",
        ),
        ("dmarc-testing", "[domains.\"example.com\"]\ndmarc = { policy = \"none\", testing = \"y\", psd = \"no\" }\n"),
        ("dmarc-fo-alone", "[domains.\"example.com\"]\ndmarc = { policy = \"none\", fo = \"1\" }\n"),
        (
            "dmarc-fo",
            "[domains.\"a.example\"]\ndmarc = { policy = \"none\", ruf = \"mailto:f@a.example\", fo = \"0:1\" }\n\
             [domains.\"b.example\"]\ndmarc = { policy = \"none\", ruf = \"mailto:f@a.example\", fo = \"1;d\" }\n",
        ),
        (
            "dmarc-rua",
            "[domains.\"example.com\".dmarc]\npolicy = \"none\"\nrua = [\n  \"dmarc@example.com\",\n  \"mailto://dmarc@example.com\",\n  \
             \"MAILTO:dmarc@example.com\",\n  \"https://example.com/dmarc\",\n  \"mailto:a@example.com,mailto:b@example.com\",\n  \
             \"mailto:dmarc@example.com!10m\",\n  \"mailto:dmarc\",\n  \"mailto:@example.com\",\n  \"mailto:dmarc@example\",\n  \
             \"mailto:dmarc@bücher.example\",\n  \"\",\n]\n",
        ),
    ]);
}
