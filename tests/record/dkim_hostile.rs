//! DKIM keys that somebody, or a mistake, made to be hard to read: every one is refused or read, at once, and with words.

use aws_lc_rs::rsa;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use mailvouch::lint::{Kind, Lone, Selection, Severity};
use mailvouch::record::DkimRecord;
use mailvouch::record::dkim::{KeyProblem, KeyType, PublicKey, Stranger};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const RSA_ALGORITHM: [u8; 15] = *b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";

/// A value in DER.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let big = length.to_be_bytes();
    let octets = &big[big.iter().take_while(|octet| **octet == 0).count()..];
    let mut value = vec![tag];
    if length < 0x80 {
        value.push(u8::try_from(length).expect("short"));
    } else {
        value.push(0x80 | u8::try_from(octets.len()).expect("few"));
        value.extend(octets);
    }
    [value, content.to_vec()].concat()
}

/// An RSAPublicKey whose INTEGERs have exactly these octets.
fn pkcs1(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    der(SEQUENCE, &[der(INTEGER, modulus), der(INTEGER, exponent)].concat())
}

/// The SubjectPublicKeyInfo around it.
fn spki(key: &[u8]) -> Vec<u8> {
    der(SEQUENCE, &[RSA_ALGORITHM.to_vec(), der(BIT_STRING, &[&[0], key].concat())].concat())
}

/// An odd number of so many bits, as the content of an INTEGER: with a zero before a first bit that is set.
fn number(bits: usize) -> Vec<u8> {
    let mut octets = vec![0x5A; bits.div_ceil(8)];
    let top = (bits - 1) % 8;
    octets[0] = (1 << top) | (octets[0] & ((1 << top) - 1));
    *octets.last_mut().expect("an octet") |= 1;
    if top == 7 {
        octets.insert(0, 0);
    }
    octets
}

const F4: &[u8] = &[1, 0, 1];

fn rsa(bits: usize) -> Vec<u8> {
    spki(&pkcs1(&number(bits), F4))
}

fn ed25519_wrapped() -> Vec<u8> {
    der(SEQUENCE, &[der(SEQUENCE, b"\x06\x03\x2B\x65\x70"), der(BIT_STRING, &[0x11; 33])].concat())
}

fn text(key_type: &str, octets: &[u8]) -> String {
    format!("v=DKIM1; k={key_type}; p={}", BASE64_STANDARD.encode(octets))
}

/// What is found about a text, by rule.
fn findings(text: &str) -> Vec<(&'static str, Severity)> {
    let owner = "s1._domainkey.example.com".parse().expect("a name");
    let lone = Lone::judge(Kind::Dkim, &owner, text.as_bytes(), &Selection::default()).expect("a selector");
    lone.diagnostics.iter().map(|found| (found.rule, found.severity)).collect()
}

/// Reads octets as an RSA key. What is no key makes no usable record, and a finding of this rule says so.
fn refused(octets: &[u8], rule: &str) -> KeyProblem {
    let text = text("rsa", octets);
    let record = DkimRecord::parse(text.as_bytes());
    assert!(!record.is_usable(), "{text}");
    assert!(findings(&text).contains(&(rule, Severity::Error)), "{text}: {:?}", findings(&text));
    record.key().expect("octets").expect_err(&text)
}

#[test]
fn the_length_of_a_key_is_counted_to_the_bit() {
    // The longest that fits a record: 65,279 octets of text.
    for bits in [512, 1023, 1024, 1025, 2047, 2048, 4096, 4097, 16_383, 16_384, 16_385, 390_000] {
        let text = text("rsa", &rsa(bits));
        let key = DkimRecord::parse(text.as_bytes()).key().expect("octets").expect("a key");
        assert_eq!((key.bits(), key.published_octets()), (bits, Some(rsa(bits))));
        let found: Vec<&str> = findings(&text).into_iter().map(|(rule, _)| rule).collect();
        let expected = match bits {
            ..2048 => vec!["dkim-weak-key"],
            2048..=4096 => vec![],
            _ => vec!["dkim-large-key"],
        };
        assert_eq!(found, expected, "{bits}");
    }
}

#[test]
fn a_key_that_is_cut_off_anywhere_is_called_so() {
    for whole in [rsa(1024), rsa(2048), pkcs1(&number(1024), F4)] {
        for length in 1..whole.len() {
            // Where the length itself is cut off, nobody can tell what was to come.
            let header = 2 + usize::from(whole[1] & 0x7F);
            let rule = if length < header { "dkim-bad-key" } else { "dkim-key-truncated" };
            let problem = refused(&whole[..length], rule);
            if length >= header {
                assert_eq!(problem, KeyProblem::Truncated { announced: whole.len(), available: length });
            }
        }
    }
    let wrapped = ed25519_wrapped();
    for length in (1..wrapped.len()).filter(|length| *length != 32) {
        let text = text("ed25519", &wrapped[..length]);
        assert!(!DkimRecord::parse(text.as_bytes()).is_usable(), "{length}");
        assert!(findings(&text).iter().any(|(_, severity)| *severity == Severity::Error), "{length}");
    }
}

#[test]
fn octets_behind_a_key_are_counted() {
    for more in [1, 2, 255, 10_000] {
        let octets = [rsa(1024), vec![0; more]].concat();
        assert_eq!(refused(&octets, "dkim-bad-key"), KeyProblem::TrailingOctets { count: more });
    }
}

#[test]
fn numbers_that_no_key_has_are_refused() {
    let (modulus, huge) = (number(1024), number(1025));
    let even = [&modulus[..modulus.len() - 1], &[0x5A]].concat();
    let negative = modulus[1..].to_vec();
    let padded = [&[0, 0], &modulus[1..]].concat();
    let cases: [(&[u8], &[u8]); 14] = [
        (&[], F4),
        (&[0], F4),
        (&[1], F4),
        (&[0x80], F4),
        (&even, F4),
        (&negative, F4),
        (&padded, F4),
        (&modulus, &[]),
        (&modulus, &[0]),
        (&modulus, &[1]),
        (&modulus, &[4]),
        (&modulus, &[0x81]),
        (&modulus, &modulus),
        (&modulus, &huge),
    ];
    for (modulus, exponent) in cases {
        assert_eq!(refused(&spki(&pkcs1(modulus, exponent)), "dkim-bad-key"), KeyProblem::Garbage, "{exponent:?}");
    }
    let sound = DkimRecord::parse(text("rsa", &spki(&pkcs1(&modulus, &[3]))).as_bytes());
    assert!(sound.is_usable(), "3 is an exponent");
}

#[test]
fn lengths_that_lie_are_not_believed() {
    let whole = rsa(1024);
    for lie in [
        // Indefinite, as BER has it; more octets of length than there are; more than any machine has.
        vec![SEQUENCE, 0x80],
        vec![SEQUENCE, 0xFF],
        vec![SEQUENCE, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        [&[SEQUENCE, 0x88][..], &[0xFF; 8]].concat(),
        [&[SEQUENCE, 0xFE][..], &[0xFF; 126]].concat(),
        vec![SEQUENCE, 0x85, 0, 0, 0, 0, 0x9F],
    ] {
        let content = &whole[3..];
        for octets in [lie.clone(), [&lie[..], content].concat(), [&lie[..], content, &[0, 0]].concat()] {
            assert_eq!(refused(&octets, "dkim-bad-key"), KeyProblem::Garbage, "{lie:02x?}");
        }
    }
    // Three octets of length are believed as far as to say how much is missing.
    let announced = [&[SEQUENCE, 0x83, 0xFF, 0xFF, 0xFF][..], &whole[3..]].concat();
    let problem = refused(&announced, "dkim-key-truncated");
    assert_eq!(problem, KeyProblem::Truncated { announced: 0xFF_FFFF + 5, available: announced.len() });
    // Each length inside says one more or one less than there is.
    for at in [4, 6, 17, 20, 24, 27, 158] {
        for lie in [1_u8, 0xFF] {
            let mut octets = whole.clone();
            octets[at] = octets[at].wrapping_add(lie);
            assert_eq!(refused(&octets, "dkim-bad-key"), KeyProblem::Garbage, "{at}");
        }
    }
    // A length in more octets than it takes is no DER.
    let long = [&[SEQUENCE, 0x82, 0, 0x9F][..], &whole[3..]].concat();
    assert_eq!(refused(&long, "dkim-bad-key"), KeyProblem::Garbage);
}

#[test]
fn every_octet_of_a_header_may_be_any_other() {
    let whole = rsa(512);
    for at in 0..32 {
        for octet in 0..=255 {
            let mut octets = whole.clone();
            octets[at] = octet;
            let text = text("rsa", &octets);
            judged(&text);
        }
    }
}

#[test]
fn what_is_nested_is_not_followed_down() {
    for tag in [SEQUENCE, BIT_STRING, 0x31, 0xA0] {
        let mut value = Vec::new();
        for _ in 0..300 {
            value = der(tag, &value);
        }
        refused(&der(SEQUENCE, &value), "dkim-bad-key");
        refused(&der(SEQUENCE, &[RSA_ALGORITHM.to_vec(), value.clone()].concat()), "dkim-bad-key");
        refused(&spki(&value), "dkim-bad-key");
    }
    // Each with a length of two octets, so that as many as can be fit a record.
    let depth = 12_000;
    let levels = (0..depth).flat_map(|level: usize| {
        let length = u16::try_from((depth - 1 - level) * 4).expect("short").to_be_bytes();
        [SEQUENCE, 0x82, length[0], length[1]]
    });
    refused(&levels.collect::<Vec<u8>>(), "dkim-bad-key");
}

#[test]
fn a_bit_string_is_whole_octets() {
    let key = pkcs1(&number(1024), F4);
    for unused in [1, 7, 8, 255] {
        let bits = der(BIT_STRING, &[&[unused], &key[..]].concat());
        let octets = der(SEQUENCE, &[RSA_ALGORITHM.to_vec(), bits].concat());
        assert_eq!(refused(&octets, "dkim-bad-key"), KeyProblem::Garbage, "{unused}");
    }
}

/// Far more than a record holds, and other texts in the shapes that cost most, shorter, since each octet of them is a
/// fault of its own: whatever goes over a text once for each part of it does not come back from these.
#[test]
fn ten_megabytes_are_read_as_they_come() {
    const KEY: usize = 10 << 20;
    const TEXT: usize = 256 << 10;
    let key = BASE64_STANDARD.encode(rsa(8 * KEY * 3 / 4));
    let cut = key[..KEY / 2].to_owned();
    let blanks = "A ".repeat(KEY / 2);
    let pieces = [
        "A",
        " k=rsa p",
        "\"",
        "\" ",
        "\";x;",
        ";\\\";",
        ";p=A",
        "&",
        "&#3",
        "-----BEGIN ",
        "-----",
        "\\n",
        "\u{E9}",
        "\n",
        "=,",
    ];
    let texts = pieces.iter().map(|piece| piece.repeat(TEXT / piece.len()));
    for value in [key, cut, blanks].into_iter().chain(texts) {
        let text = format!("v=DKIM1; k=rsa; p={value}");
        let record = DkimRecord::parse(text.as_bytes());
        let faults = record.faults();
        let mended = record.mended(&faults);
        assert!(mended.is_none_or(|mended| mended.text() != text.as_bytes()));
        assert!(!record.is_usable() || matches!(record.key(), Some(Ok(key)) if key.bits() > 16_384));
        let _ = (record.lenient_key(), Stranger::of(&record));
        assert_eq!(record.text(), text.as_bytes());
    }
}

/// A key is read as what it is, or a finding says that it is none. What is read is written back as it would be
/// published, and is the same key again.
fn judged(text: &str) {
    let record = DkimRecord::parse(text.as_bytes());
    match record.key() {
        Some(Ok(key) | Err(KeyProblem::Pkcs1(key) | KeyProblem::Wrapped(key) | KeyProblem::OtherType(key))) => {
            let octets = key.published_octets().expect("DER");
            assert_eq!(PublicKey::read(&key.key_type(), &octets), Ok(key), "{text}");
        }
        Some(Err(_)) | None => assert!(!record.is_usable(), "{text}"),
    }
    if !record.is_usable() && !record.is_revoked() {
        let found = findings(text);
        assert!(found.iter().any(|(_, severity)| *severity == Severity::Error), "{text}: {found:?}");
    }
}

/// One change of some octets.
#[derive(Clone, Debug)]
enum Change {
    Replace(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Cut(Index),
    Repeat(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let octet =
        || prop_oneof![any::<u8>(), select(vec![0, 1, 2, 3, 4, 5, 6, 0x30, 0x7F, 0x80, 0x81, 0x82, 0x83, 0xFF])];
    prop_oneof![
        4 => (any::<Index>(), octet()).prop_map(|(at, octet)| Change::Replace(at, octet)),
        2 => (any::<Index>(), octet()).prop_map(|(at, octet)| Change::Insert(at, octet)),
        2 => any::<Index>().prop_map(Change::Remove),
        1 => any::<Index>().prop_map(Change::Cut),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Repeat(from, to)),
    ]
}

impl Change {
    fn make(&self, octets: &mut Vec<u8>) {
        // The beginning, where tags and lengths are, is changed as often as all the rest.
        let place = |index: &Index, octets: &[u8]| match index.index(2) {
            0 => index.index(octets.len().clamp(1, 40)),
            _ => index.index(octets.len().max(1)),
        };
        match self {
            Self::Replace(at, octet) => {
                let at = place(at, octets);
                octets.get_mut(at).into_iter().for_each(|old| *old = *octet);
            }
            Self::Insert(at, octet) => octets.insert(place(at, octets).min(octets.len()), *octet),
            Self::Remove(at) if !octets.is_empty() => drop(octets.remove(place(at, octets).min(octets.len() - 1))),
            Self::Cut(at) => octets.truncate(place(at, octets)),
            Self::Repeat(from, to) => {
                let (from, to) = (from.index(octets.len() + 1), to.index(octets.len() + 1));
                let piece = octets[from.min(to)..from.max(to)].to_vec();
                octets.splice(from..from, piece);
            }
            Self::Remove(_) => {}
        }
    }
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let key = pkcs1(&number(1024), F4);
    let sound = vec![rsa(1024), rsa(512), spki(&pkcs1(&number(1024), &[3])), key, ed25519_wrapped(), vec![0x22; 32]];
    (select(sound), vec(change(), 0..5)).prop_map(|(mut octets, changes)| {
        for change in changes {
            change.make(&mut octets);
        }
        octets
    })
}

proptest! {
    #[test]
    fn changed_keys_are_read_or_refused(octets in mutated(), key_type in select(vec!["rsa", "ed25519"])) {
        judged(&text(key_type, &octets));
    }

    /// What AWS-LC takes, a descendant of OpenSSL, is read here too, and as the same numbers. It does not look at the
    /// parameters of the algorithm, whose encoding is none in some of these, nor at what follows the key.
    #[test]
    fn another_reader_agrees(octets in mutated()) {
        let read = PublicKey::read(&KeyType::Rsa, &octets);
        let goes_on = matches!(read, Err(KeyProblem::TrailingOctets { .. }));
        let ours = match read {
            Ok(key) | Err(KeyProblem::Pkcs1(key)) => Some(key),
            Err(_) => None,
        };
        let theirs = rsa::PublicKey::from_der(&octets).ok();
        if let (Some(PublicKey::Rsa { modulus, exponent, .. }), Some(theirs)) = (&ours, &theirs) {
            prop_assert_eq!(theirs.modulus().big_endian_without_leading_zero(), modulus.as_ref());
            prop_assert_eq!(theirs.exponent().big_endian_without_leading_zero(), exponent.as_ref());
        }
        let holds = |piece: &[u8]| octets.windows(piece.len()).any(|window| window == piece);
        let odd_parameters = holds(&RSA_ALGORITHM[2..13]) && !holds(&RSA_ALGORITHM);
        if theirs.is_some() && !odd_parameters && !goes_on {
            prop_assert!(ours.is_some(), "{:02x?}", octets);
        }
    }
}
