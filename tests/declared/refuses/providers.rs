//! Providers, and secrets that lie open.

use super::super::{read, render_error};
use super::check_sections;

#[test]
fn kinds_and_their_keys() {
    check_sections(&[
        ("provider-kind-missing", "[providers.dns]\nserver = \"192.0.2.53\"\n"),
        (
            "provider-kind-unknown",
            "[providers.a]\nkind = \"cloudfare\"\n[providers.b]\nkind = \"bind\"\n[providers.c]\nkind = \"namecheap\"\n",
        ),
        ("provider-key-of-another-kind", "[providers.a]\nkind = \"manual\"\nurl = \"https://example.com\"\n"),
        (
            "provider-common-keys",
            "[providers.a]\nkind = \"manual\"\nzone = \"com\"\nauthoritative = [\"ns1.example.com\"]\n",
        ),
        ("zone-file-without-file", "[providers.a]\nkind = \"zone-file\"\n"),
        ("zone-file-reload-empty", "[providers.a]\nkind = \"zone-file\"\nfile = \"a.zone\"\nreload = []\n"),
        ("zone-file-with-both", "[providers.a]\nkind = \"zone-file\"\nfile = \"a.zone\"\ndir = \"zones\"\n"),
        ("rfc2136-server-missing", "[providers.a]\nkind = \"rfc2136\"\nkey-name = \"k\"\nkey-env = \"K\"\n"),
        (
            "rfc2136-server",
            "[providers.a]\nkind = \"rfc2136\"\nserver = \"192.0.2.53:dns\"\nkey-name = \"k\"\nkey-env = \"K\"\n",
        ),
        ("rfc2136-key-name-missing", "[providers.a]\nkind = \"rfc2136\"\nserver = \"192.0.2.53\"\nkey-env = \"K\"\n"),
        (
            "rfc2136-key-algorithm",
            "[providers.a]\nkind = \"rfc2136\"\nserver = \"192.0.2.53\"\nkey-name = \"k\"\nkey-env = \"K\"\nkey-algorithm = \"hmac-md5\"\n",
        ),
        ("powerdns-incomplete", "[providers.a]\nkind = \"powerdns\"\n"),
        (
            "provider-url",
            "[providers.a]\nkind = \"powerdns\"\nurl = \"dns.example.com:8081\"\napi-key-env = \"K\"\n\
             [providers.b]\nkind = \"powerdns\"\nurl = \"https://\"\napi-key-env = \"K\"\n\
             [providers.c]\nkind = \"powerdns\"\nurl = \"https://a.example/?x=1\"\napi-key-env = \"K\"\n",
        ),
        ("cloudflare-token-missing", "[providers.a]\nkind = \"cloudflare\"\n"),
        ("cloudflare-token-twice", "[providers.a]\nkind = \"cloudflare\"\ntoken-env = \"T\"\ntoken-file = \"t\"\n"),
        (
            "exec-command",
            "[providers.a]\nkind = \"exec\"\n[providers.b]\nkind = \"exec\"\ncommand = []\n[providers.c]\nkind = \"exec\"\ncommand = \"run\"\n",
        ),
    ]);
}

const SECRETS: &[(&str, &str)] = &[
    (
        "secret-tsig",
        "[providers.a]\nkind = \"rfc2136\"\nserver = \"192.0.2.53\"\nkey-name = \"k\"\nkey = \"aHVudGVyMg==\"\n",
    ),
    ("secret-token", "[providers.a]\nkind = \"cloudflare\"\ntoken = \"aHVudGVyMg==\"\n"),
    (
        "secret-api-key",
        "[providers.a]\nkind = \"powerdns\"\nurl = \"https://a.example\"\napi_key = \"\"\"\naHVudGVyMg==\"\"\"\n",
    ),
    ("secret-aws", "[providers.a]\nkind = \"route53\"\nsecret-access-key = \"aHVudGVyMg==\"\n"),
    ("secret-azure", "[providers.a]\nkind = \"azure-dns\"\nsubscription = \"s\"\nclient-secret = \"aHVudGVyMg==\"\n"),
    ("provider-azure", "[providers.a]\nkind = \"azure-dns\"\ntenant-id = \"t\"\nresource-group = \"\"\n"),
    ("secret-google", "[providers.a]\nkind = \"google-cloud-dns\"\nprivate-key = \"aHVudGVyMg==\"\n"),
    ("secret-kind-unknown", "[providers.a]\nkind = \"namecheap\"\napikey = \"aHVudGVyMg==\"\n"),
    ("secret-as-variable", "[providers.a]\nkind = \"cloudflare\"\ntoken-env = \"aHVudGVyMg==\"\n"),
    (
        "secret-in-url",
        "[providers.a]\nkind = \"powerdns\"\nurl = \"https://me:aHVudGVyMg==@a.example\"\napi-key-env = \"K\"\n",
    ),
    ("secret-in-braces", "[providers]\na = { kind = \"cloudflare\", token = \"aHVudGVyMg==\" }\n"),
    ("secret-elsewhere", "[domains.\"example.com\"]\npassword = \"aHVudGVyMg==\"\n"),
    (
        "secret-private-key",
        "[domains.\"example.com\".dkim]\ns1 = { key-file = '''\n-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----''' }\n",
    ),
];

#[test]
fn secrets() {
    check_sections(SECRETS);
}

#[test]
fn a_secret_is_never_repeated() {
    for (name, text) in SECRETS {
        let error = read(&format!("version = 1\n{text}")).expect_err(name);
        for shown in [render_error(&error), format!("{error}"), format!("{error:?}")] {
            assert!(!shown.contains("aHVudGVyMg"), "{name}: {shown}");
        }
    }
}
