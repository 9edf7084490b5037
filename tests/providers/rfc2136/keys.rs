//! Keys that are right, wrong, or not allowed enough.

use mailvouch_providers::rfc2136::{Rfc2136, TsigAlgorithm, TsigKey, TsigSecret};
use mailvouch_providers::{Provider as _, ProviderError};

use super::super::fixture::{strings, txt};
use super::{BOTH, HEAD, change, name, provider, provider_with, read, standing_in, write};
use crate::servers::{Key, Rights, Setup};

#[tokio::test]
async fn each_algorithm_is_taken() {
    for start in BOTH {
        for algorithm in TsigAlgorithm::ALL {
            let server = start(&Setup { key: Key::new(algorithm), ..Setup::new("example.com", HEAD) });
            let provider = provider(&server);
            write(&provider, change("_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")])).await.expect("written");
            let standing = standing_in(&server.dump("example.com"), &name("_dmarc.example.com"));
            assert_eq!(standing, [txt("v=DMARC1; p=none")], "{algorithm}");
        }
    }
}

/// Whatever is asked, the answer is that the key is wrong, in words that hold `word`, and nothing happens.
async fn refused_everywhere(provider: &Rfc2136, word: &str) {
    let errors = [
        provider.zone_of(&name("s1.example.com")).await.expect_err("a zone"),
        read(provider, "absent.example.com").await.expect_err("an answer"),
        write(provider, change("new.example.com", &[], &[txt("x")])).await.expect_err("a receipt"),
    ];
    for error in errors {
        let ProviderError::Unauthorized(words) = &error else { panic!("{error:?}") };
        assert!(words.contains(word), "{words}");
        assert!(!words.contains("c29tZXRoaW5nIGVsc2U"), "{words}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_from_an_absent_record() {
    for start in BOTH {
        let server = start(&Setup::new("example.com", HEAD));
        let before = server.dump("example.com");
        let right = server.key().tsig();
        let secret = TsigSecret::from_base64("c29tZXRoaW5nIGVsc2U=").expect("base64");
        refused_everywhere(&provider_with(&server, TsigKey { secret, ..right.clone() }), "BADSIG").await;
        refused_everywhere(&provider_with(&server, TsigKey { name: name("other"), ..right.clone() }), "BADKEY").await;
        let algorithm = TsigAlgorithm::HmacSha512;
        refused_everywhere(&provider_with(&server, TsigKey { algorithm, ..right }), "hmac-sha512").await;
        assert_eq!(server.dump("example.com"), before);
    }
}

#[tokio::test]
async fn a_key_that_may_not_update_reads_and_writes_nothing() {
    for start in BOTH {
        let text = format!("{HEAD}@ TXT token\n*.wild TXT made-up\nreal TXT \"v=spf1 -all\"\n");
        let server = start(&Setup { rights: Rights::Transfer, ..Setup::new("example.com", &text) });
        let (provider, before) = (provider(&server), server.dump("example.com"));
        assert_eq!(read(&provider, "real.example.com").await.expect("read").values, [txt("v=spf1 -all")]);
        let error = write(&provider, change("real.example.com", &[], &[strings([b"new"])])).await.expect_err("written");
        let ProviderError::Unauthorized(words) = &error else { panic!("{error:?}") };
        assert!(words.contains("takes no updates of example.com"), "{words}");
        // Where only an update could tell a wildcard's answer from the owner's own, neither is guessed.
        let error = read(&provider, "s1.wild.example.com").await.expect_err("read");
        assert!(matches!(error, ProviderError::Unauthorized(_)), "{error:?}");
        assert_eq!(server.dump("example.com"), before);
    }
}
