//! DKIM keys: tags, key octets, and what stands there instead of a key. All keys here were made for these tests.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use mailvouch::record::dkim::{
    Base64Problem, KeyData, KeyProblem, KeyType, PrivateKeyForm, PublicKey, Version, same_key,
};
use mailvouch::record::tag_list::{MalformedPartKind, Tag};
use mailvouch::record::{DkimRecord, Spanned};

const RSA_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCrsfwaMMBKzy6xYECnw1645isjq70mDgdsz4ReyBXqSQr6lJlv3d/D1ABmjvvh\
    7oLldGaVZKBmN3e1VJiSHBIh3tWgj4rgUomwhJYFFruIR/4jK2/2hd19cvwCe+7SwwPbiGXW4t9vztM+gk9YyhbHmOKBjsJbQOMNrdeCg+0iFQIDAQAB";
/// The same key without its SubjectPublicKeyInfo.
const RSA_1024_BARE: &str = "MIGJAoGBAKux/BowwErPLrFgQKfDXrjmKyOrvSYOB2zPhF7IFepJCvqUmW/d38PUAGaO++HuguV0ZpVkoGY3d7VUmJIcEiHe1aCP\
    iuBSibCElgUWu4hH/iMrb/aF3X1y/AJ77tLDA9uIZdbi32/O0z6CT1jKFseY4oGOwltA4w2t14KD7SIVAgMBAAE=";
/// 512 bits, so that nobody is tempted to use it.
const PRIVATE_PKCS1: &str = "MIIBOgIBAAJBALT6FMhM0JIORDJMar3padP05nlNxyXa0zdy/5j23OAquAZeokPh4ikwhYfO2DcM7Su/wQwKjWwxZbYvfSaL2CcCAwEA\
    AQJAT5ZvD0sgqiqV+Ry8EHqWrLzVomD/BHnAS3FKUGW36uiAxMJBqbkWgFg+6KrRkg43uS73xJ8I7MZ67+7dlfmGeQIhAOVTzBogf3uTlzol3XhMsKT+iEaF\
    zGhWKuJgYrEzfCrNAiEAyganMEPDUtgDzRxp7LYyKdt+DMAT8I6gkneU4JWwNsMCIQDPSS1FuHZC1ydskelb4cYRfVjklfArpydgM8tBbM4hSQIgKvWfN7Qx\
    JLyqkkMogx17LUtvUmbF1rF9k6e6EMfD4OECICwPCYIPORxjYNXNozp5R6YlKQ/Rf7QZKWEFbNSW6795";
const ED25519_WRAPPED: &str = "MCowBQYDK2VwAyEA0LoWLHdqh1lVUVNSuRIv6Gt333iYR369TfsxJsB7lnA=";
const ED25519: &str = "0LoWLHdqh1lVUVNSuRIv6Gt333iYR369TfsxJsB7lnA=";
const ED25519_PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEIDlohBGhkrLSwz4BVuz/V4TcFxwXb1HBD4WaeN395MB8";
const EC_PUBLIC: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeb8oOsxbc7LmYvqERD/n6A8wCnZrftbOohHHPGc44RiyuVuLq8XDB4XqEwEe+DKpG+2I\
    pi4vBKqYCWYtyd/ehw==";
const EC_PRIVATE: &str = "MHcCAQEEIPvbZQ54+0ZcGvodlKa9bu/TdQYuSfD2USHv9Bxg+CrgoAoGCCqGSM49AwEHoUQDQgAEeb8oOsxbc7LmYvqERD/n6A8wCnZr\
    ftbOohHHPGc44RiyuVuLq8XDB4XqEwEe+DKpG+2Ipi4vBKqYCWYtyd/ehw==";

fn record(text: &str) -> DkimRecord {
    DkimRecord::parse(text.as_bytes())
}

fn key(text: &str) -> Result<PublicKey, KeyProblem> {
    record(text).key().expect("octets")
}

fn octets(base64: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(base64).expect("base64")
}

fn texts(items: Vec<Spanned<Vec<u8>>>) -> Vec<String> {
    items.into_iter().map(|item| String::from_utf8_lossy(&item.node).into_owned()).collect()
}

#[test]
fn a_sound_key_is_read_whatever_white_space_is_in_it() {
    let text = format!(
        "v = DKIM1 ;\r\n\tk=rsa; h = sha256 : sha1; s=email; t=y:s; n=a note; p= {} \t{} ;",
        &RSA_1024[..40],
        &RSA_1024[40..]
    );
    let record = record(&text);
    assert_eq!(record.version(), Version::Sound);
    assert_eq!(record.key().expect("octets").map(|key| key.bits()), Ok(1024));
    assert_eq!(record.hashes().map(texts), Some(vec!["sha256".to_owned(), "sha1".to_owned()]));
    assert_eq!(texts(record.flags()), ["y", "s"]);
    assert!(
        record.testing().is_some() && record.strict().is_some() && record.serves_email() && record.permits_sha256()
    );
    assert!(record.is_usable() && record.is_dkim_like());
    assert_eq!(record.unknown_tags().count(), 0);
}

#[test]
fn defaults_hold_where_tags_are_absent() {
    let record = record(&format!("p={RSA_1024}"));
    assert_eq!(record.version(), Version::Absent);
    assert!(record.key_type().is_absent() && record.key_type().effective == KeyType::Rsa);
    assert_eq!((record.hashes(), record.services(), record.flags()), (None, None, Vec::new()));
    assert!(record.is_usable());
}

#[test]
fn a_version_must_be_exact_and_first() {
    let version = |text: &str| record(text).version();
    assert_eq!(version("v=DKIM1"), Version::Sound);
    assert_eq!(version("  v=DKIM1; p="), Version::Sound);
    assert_eq!(version("p=; v=DKIM1"), Version::NotFirst(4..11));
    assert_eq!(version("; v=DKIM1"), Version::NotFirst(2..9));
    assert_eq!(version("v=dkim1; p="), Version::Other(2..7));
    assert_eq!(version("v=DKIM1\\; p="), Version::Other(2..8));
    assert_eq!(version("V=DKIM1; p="), Version::Absent);
}

#[test]
fn what_was_meant_as_a_key_is_told_from_other_texts() {
    for text in ["v=DKIM1", "v=dkim1; k=rsa", "p=", "k=rsa; p=x", "v = DKIM; p=x"] {
        assert!(record(text).is_dkim_like(), "{text:?}");
    }
    for text in ["v=spf1 -all", "v=DMARC1; p=none", "v=STSv1; id=1", "google-site-verification=x", "", "some text"] {
        assert!(!record(text).is_dkim_like(), "{text:?}");
    }
}

#[test]
fn key_octets_say_what_they_are() {
    assert_eq!(record("v=DKIM1; k=rsa").key_data(), &KeyData::Missing);
    assert_eq!(record("v=DKIM1; p= ;").key_data(), &KeyData::Revoked { span: 11..11 });
    assert!(record("p=").is_revoked() && !record("k=rsa").is_revoked());
    assert_eq!(record("p=QUJD").key_data(), &KeyData::Bytes(b"ABC".to_vec()));
    for (text, at, problem, lenient) in [
        ("p=QU JD\"", 7, Base64Problem::Octet(b'"'), Some("ABC")),
        ("p=QUI", 5, Base64Problem::Padding, Some("AB")),
        ("p=QUJDQ", 7, Base64Problem::Length, Some("ABC")),
        ("p=QUJ=", 4, Base64Problem::TrailingBits, Some("AB")),
        ("p=QU=I", 4, Base64Problem::Octet(b'='), Some("AB")),
        ("p=QUI-", 5, Base64Problem::Octet(b'-'), Some("AB")),
    ] {
        let expected = KeyData::BadBase64 { at, problem, lenient: lenient.map(|text| text.as_bytes().to_vec()) };
        assert_eq!(record(text).key_data(), &expected, "{text:?}");
    }
}

#[test]
fn the_same_key_is_found_in_every_encoding() {
    let rsa = record(&format!("v=DKIM1; k=rsa; p={RSA_1024}"));
    let folded = record(&format!("p={} {}", &RSA_1024[..100], &RSA_1024[100..]));
    let bare = record(&format!("k=rsa; p={RSA_1024_BARE}"));
    let ed25519 = record(&format!("k=ed25519; p={ED25519}"));
    let wrapped = record(&format!("k=ed25519; p={ED25519_WRAPPED}"));
    assert!(same_key(&rsa, &folded) && same_key(&rsa, &bare) && same_key(&ed25519, &wrapped));
    assert!(!same_key(&rsa, &ed25519));
    // What is no key is compared by octets and type; what holds no octets is no key.
    assert!(same_key(&record("p=QUJD"), &record("v=DKIM1; p=QU JD")));
    assert!(!same_key(&record("p=QUJD"), &record("k=ed25519; p=QUJD")));
    assert!(!same_key(&record("p="), &record("p=")) && !same_key(&record(""), &record("")));
}

#[test]
fn mistaken_encodings_are_recognised() {
    let Err(KeyProblem::Pkcs1(bare)) = key(&format!("p={RSA_1024_BARE}")) else { panic!("not bare") };
    assert_eq!(Ok(&bare), key(&format!("p={RSA_1024}")).as_ref());
    let Err(KeyProblem::Wrapped(wrapped)) = key(&format!("k=ed25519; p={ED25519_WRAPPED}")) else {
        panic!("not wrapped")
    };
    assert_eq!(Ok(&wrapped), key(&format!("k=ed25519; p={ED25519}")).as_ref());
    assert_eq!(key(&format!("k=rsa; p={ED25519_WRAPPED}")), Err(KeyProblem::OtherType(wrapped)));
    assert_eq!(key(&format!("k=ed25519; p={RSA_1024}")), Err(KeyProblem::OtherType(bare)));
    assert!(matches!(key(&format!("p={EC_PUBLIC}")), Err(KeyProblem::UnknownAlgorithm(_))));
    assert_eq!(key("k=ed25519; p=QUJD"), Err(KeyProblem::Length(3)));
    assert_eq!(key("k=dsa; p=QUJD"), Err(KeyProblem::UnknownType));
    assert_eq!(key("p=QUJD"), Err(KeyProblem::Garbage));
    assert_eq!(key(&format!("p={ED25519}")), Err(KeyProblem::Garbage));
}

#[test]
fn a_private_key_is_recognised_whole_and_cut_off() {
    for (base64, form) in [
        (PRIVATE_PKCS1, PrivateKeyForm::Pkcs1),
        (ED25519_PRIVATE, PrivateKeyForm::Pkcs8),
        (EC_PRIVATE, PrivateKeyForm::Sec1),
    ] {
        for text in [format!("p={base64}"), format!("p={}", &base64[..40]), format!("k=ed25519; p={base64}")] {
            assert_eq!(key(&text), Err(KeyProblem::PrivateKey(form)), "{text}");
        }
    }
}

#[test]
fn a_key_that_is_cut_off_is_told_from_garbage() {
    let whole = octets(RSA_1024).len();
    for length in [60, 61, 62, 63, 200, 212] {
        let record = record(&format!("v=DKIM1; p={}", &RSA_1024[..length]));
        let expected = KeyProblem::Truncated { announced: whole, available: length * 3 / 4 };
        assert!(!record.is_usable());
        if length % 4 == 1 {
            assert!(matches!(record.key_data(), KeyData::BadBase64 { problem: Base64Problem::Length, .. }));
        } else {
            assert_eq!(record.lenient_key(), Some(Err(expected)), "{length}");
        }
    }
    // Cut inside the exponent: two numbers are left, and it is no private key for that.
    let bare = octets(RSA_1024_BARE);
    let cut = BASE64_STANDARD.encode(&bare[..bare.len() - 1]);
    let expected = KeyProblem::Truncated { announced: bare.len(), available: bare.len() - 1 };
    assert_eq!(key(&format!("p={cut}")), Err(expected));
    let longer = BASE64_STANDARD.encode([octets(RSA_1024), vec![0; 3]].concat());
    assert_eq!(key(&format!("p={longer}")), Err(KeyProblem::TrailingOctets { count: 3 }));
}

#[test]
fn a_key_prints_the_octets_that_it_should_be_published_with() {
    let rsa = PublicKey::from_spki(&octets(RSA_1024)).expect("a key");
    assert_eq!(rsa.published_octets(), Some(octets(RSA_1024)));
    let ed25519 = PublicKey::from_spki(&octets(ED25519_WRAPPED)).expect("a key");
    assert_eq!(ed25519.published_octets(), Some(octets(ED25519)));
    assert_eq!((ed25519.key_type(), ed25519.bits()), (KeyType::Ed25519, 256));
    assert!(matches!(PublicKey::from_spki(&octets(RSA_1024_BARE)), Err(KeyProblem::Pkcs1(_))));
}

#[test]
fn what_no_verifier_would_use_is_not_usable() {
    let sound = format!("p={RSA_1024}");
    assert!(record(&sound).is_usable());
    for text in [
        format!("k=dsa; {sound}"),
        format!("s=tlsrpt; {sound}"),
        format!("h=sha1; {sound}"),
        format!("{sound}; v=DKIM1"),
        format!("{sound}; {sound}"),
        format!("{sound}; note"),
        format!("{sound}; n=caf\u{e9}"),
        format!("v=DKIM2; {sound}"),
        format!("P={RSA_1024}"),
        "v=DKIM1; p=".to_owned(),
    ] {
        assert!(!record(&text).is_usable(), "{text}");
    }
    for text in [format!("{sound};"), format!("x=1; g=; {sound}"), format!("k=RSA; s=*; t=x; {sound}")] {
        assert!(record(&text).is_usable(), "{text}");
    }
}

#[test]
fn tags_keep_their_places_and_what_is_wrong_with_them() {
    let record = record("v=DKIM1; g=; g=*; x_1=\u{201c}; k rsa; =x; 1=y;; p=");
    assert_eq!(record.granularity().map(Tag::span), Some(9..11));
    let duplicates: Vec<_> =
        record.list().duplicates().into_iter().map(|(later, first)| (later.span(), first.span())).collect();
    assert_eq!(duplicates, [(13..16, 9..11)]);
    let unknown: Vec<_> = record.unknown_tags().map(|tag| (tag.name.node.as_str(), tag.foreign.len())).collect();
    assert_eq!(unknown, [("x_1", 1)]);
    let malformed: Vec<_> = record.list().malformed().map(|part| part.kind.clone()).collect();
    assert_eq!(malformed, [MalformedPartKind::NoEquals, MalformedPartKind::NoName, MalformedPartKind::BadName(38..39)]);
    assert_eq!(record.list().empty_parts().count(), 1);
}

#[test]
fn line_breaks_are_white_space_only_where_a_line_is_folded() {
    let stray = |text: &str| record(text).list().tags().map(|tag| tag.foreign.len()).sum::<usize>();
    assert_eq!(stray("p=QU\r\n JD; \tk=rsa"), 0);
    assert_eq!(stray("p=QU\nJD"), 1);
    assert_eq!(stray("p=QU\r\nJD"), 2);
    assert_eq!(stray("p=QUJD\n"), 1);
    // The octets are found all the same.
    assert_eq!(record("p=QU\nJD").key_data(), &KeyData::Bytes(b"ABC".to_vec()));
}
