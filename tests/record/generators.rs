//! Texts to parse: any octets, and realistic records with a few octets changed.

use mailvouch_providers::dns::Txt;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Any octets at all.
fn octets() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..120)
}

/// Changes a few octets of a text: one is replaced, put in, or taken out, each time.
fn mutated(texts: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![any::<u8>(), select(b" :;/=.,%{}-~\"\\\t\n0".to_vec())];
    (texts, vec((any::<prop::sample::Index>(), octet, 0..3), 0..4)).prop_map(|(mut text, changes)| {
        for (place, octet, how) in changes {
            let at = place.index(text.len() + 1);
            match how {
                0 => text.insert(at, octet),
                1 if at < text.len() => text[at] = octet,
                _ if at < text.len() => drop(text.remove(at)),
                _ => {}
            }
        }
        text
    })
}

/// Pieces of a pool with separators of another between them.
fn joined(
    pieces: &'static [&'static str],
    separators: &'static [&'static str],
    most: usize,
) -> impl Strategy<Value = Vec<u8>> {
    vec((select(separators), select(pieces)), 0..most).prop_map(|parts| {
        parts.into_iter().flat_map(|(separator, piece)| [separator, piece].concat().into_bytes()).collect()
    })
}

/// Terms of every kind, sound and not.
const SPF_TERMS: &[&str] = &[
    "all",
    "-all",
    "~all",
    "+a",
    "a:mail.example.com",
    "a/24",
    "a:example.com/24//64",
    "mx",
    "mx//64",
    "MX:EXAMPLE.com.",
    "ptr",
    "ptr:example.com",
    "ip4:192.0.2.1",
    "ip4:192.0.2.0/24",
    "ip6:2001:db8::/32",
    "IP6:::ffff:192.0.2.1/128",
    "include:_spf.example.com",
    "?include:a-b.example",
    "exists:%{i}._spf.%{d2}",
    "exists:%{l1r-+}.%%.%_x%-.%{v}",
    "redirect=_spf.example.com",
    "exp=explain._spf.%{d}",
    "foo=bar%{S}",
    "v=spf1",
    "ip4=192.0.2.1",
    "ipv4:192.0.2.1",
    "ip4:2001:db8::1",
    "ip6:192.0.2.1",
    "ip4:192.0.2.1/33",
    "ip4:192.0.2.0/255.255.255.0",
    "ip4:",
    "ip4",
    "-",
    "include:",
    "a:192.0.2.1",
    "include:localhost",
    "a/024",
    "all:",
    "-all.",
    "exists:%{z}.example.com",
    "exists:%{d0}.example",
    "=x",
    ":x",
    "ip4:192.0.2.0/24-all",
    "a,mx,-all",
    "include:a.example;",
    "--all",
    "include:example.com/24",
    "100%",
    "ip4:192.0.2.1-192.0.2.9",
    "\u{2013}all",
    "mx\u{a0}-all",
];

/// SPF records, near misses among them.
pub(super) fn spf_text() -> impl Strategy<Value = Vec<u8>> {
    let version = select(
        &["v=spf1", "V=SPF1", "v=spf1", " v=spf1", "v = spf1", "\"v=spf1", "spf2.0/mfrom,pra", "spf1", "v=spf1;"][..],
    );
    let body = joined(SPF_TERMS, &[" ", " ", " ", "  ", ",", "", "; ", "\t"], 8);
    let record = (version, body).prop_map(|(version, body)| [version.as_bytes(), &body].concat());
    prop_oneof![1 => octets(), 1 => octets().prop_map(|text| [b"v=spf1 ".as_slice(), &text].concat()), 4 => mutated(record)]
}

/// Tags of DKIM and DMARC, sound and not.
const TAGS: &[&str] = &[
    "v=DKIM1",
    "k=rsa",
    "k = ed25519",
    "p=",
    "p=AAAA",
    "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALkD+",
    "p = AA AA\r\n\tAA==",
    "h=sha256:sha1",
    "s=email : tlsrpt",
    "t=y:s",
    "g=*",
    "n=a note",
    "v=DMARC1",
    "p=none",
    "p = Reject",
    "p=quarentine",
    "sp=none",
    "np=reject",
    "adkim=s",
    "aspf=x",
    "rua=mailto:a@b.example",
    "rua=mailto:a@b.example!10m , a@b.example,",
    "ruf=https://b.example/x",
    "ruf=mailto://x",
    "fo=1:d",
    "fo=0:1",
    "t=y",
    "psd=u",
    "pct=25",
    "ri=86400",
    "rf=afrf",
    "p=none rua=mailto:a@b.example",
    "",
    " ",
    "=x",
    "x",
    "1a=b",
    "note=\u{201c}x\u{201d}",
    "p=&quot;",
    "v=DMARC1\\",
];

/// DKIM keys and DMARC records, near misses among them.
pub(super) fn tag_text() -> impl Strategy<Value = Vec<u8>> {
    let version = select(
        &["", "v=DKIM1", "v=DMARC1", "v=DMARC1", "V = DMARC1 ", "v=dmarc1", " v=DMARC1", "\"v=DMARC1", "DMARC1"][..],
    );
    let body = joined(TAGS, &[";", "; ", "; ", " ; ", ";;", " ", ","], 8);
    let record = (version, body).prop_map(|(version, body)| [version.as_bytes(), &body].concat());
    prop_oneof![1 => octets(), 1 => octets().prop_map(|text| [b"v=DMARC1;".as_slice(), &text].concat()), 4 => mutated(record)]
}

/// TXT records with strings of any length, empty and full ones often among them.
pub(super) fn txt() -> impl Strategy<Value = Txt> {
    let length = prop_oneof![Just(0), Just(255), Just(254), 1_usize..20, 0_usize..=255];
    let string = length.prop_flat_map(|length| vec(any::<u8>(), length));
    vec(string, 1..5).prop_map(|strings| Txt::from_strings(strings).expect("strings that fit"))
}
