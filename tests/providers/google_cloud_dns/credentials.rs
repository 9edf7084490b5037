//! Who asks: a key file, whose owner signs, a user's file, or a token that is there already.

use mailvouch_providers::google_cloud_dns::{Credentials, GoogleCloudDns};
use mailvouch_providers::{Provider as _, ProviderError};
use serde_json::{Value as Json, json};

use super::{PATIENCE, TIMEOUT, provider_with, read, zone};
use crate::servers::google::{self, FakeGoogle, PROJECT};
use crate::servers::rest::Fault;

fn key(fake: &FakeGoogle, edit: impl FnOnce(&mut Json)) -> Credentials {
    let mut file: Json = serde_json::from_str(&google::key_file(fake)).expect("JSON");
    edit(&mut file);
    Credentials::from_json(&file.to_string()).expect("a key file")
}

fn tokens(fake: &FakeGoogle) -> usize {
    fake.requests().iter().filter(|request| *request == "POST token").count()
}

#[tokio::test]
async fn a_service_account_signs_once_for_all_requests_while_its_token_lasts() {
    let fake = google::start("example.com.");
    let credentials = key(&fake, |_| {});
    assert_eq!(credentials.project(), Some(PROJECT));
    let provider = provider_with(&fake, credentials);
    let apex = zone().name;
    let read = |owner| read(&provider, owner);
    let all = tokio::join!(provider.zone_of(&apex), read("example.com"), read("a.example.com"));
    assert_eq!(all.0.expect("the zone").id.as_deref(), Some("mail-zone"));
    assert!(all.1.is_ok() && all.2.is_ok());
    assert_eq!(tokens(&fake), 1);
    // One that ends at once is asked for anew each time.
    let fake = google::start("example.com.");
    fake.state().lasts = 0;
    let provider = provider_with(&fake, key(&fake, |_| {}));
    provider.zone_of(&zone().name).await.expect("the zone");
    assert_eq!(tokens(&fake), 2, "the list of zones has two pages");
}

#[tokio::test]
async fn a_refusal_of_the_token_server_is_told_once_and_shows_nothing() {
    let fake = google::start("example.com.");
    let other = google::start("example.com.");
    let theirs: Json = serde_json::from_str(&google::key_file(&other)).expect("JSON");
    let wrong_key = key(&fake, |file| file["private_key"] = theirs["private_key"].clone());
    let provider = provider_with(&fake, wrong_key);
    let error = provider.zone_of(&zone().name).await.expect_err("not allowed");
    let ProviderError::Unauthorized(told) = &error else { panic!("{error:?}") };
    assert!(told.contains("/token: no token was given: invalid_grant: Invalid JWT Signature."), "{told}");
    // What has to be asked again and again is not: the failure counts for a while.
    assert_eq!(provider.zone_of(&zone().name).await.expect_err("not allowed"), error);
    assert_eq!(tokens(&fake), 1);
    let gone = provider_with(&fake, key(&fake, |file| file["client_email"] = json!("gone@example.com")));
    let error = gone.zone_of(&zone().name).await.expect_err("not allowed");
    assert!(error.to_string().contains("account not found"), "{error}");
}

#[tokio::test]
async fn a_token_server_that_gives_the_assertion_back_does_not_get_it_told() {
    let fake = google::start("example.com.");
    let provider = provider_with(&fake, key(&fake, |_| {}));
    let body = "<html>your token ya29.given-1 and eyJhbGciOi are mine".to_owned();
    fake.faults([None, Some(Fault::Answer(418, "", body))]);
    let error = provider.zone_of(&zone().name).await.expect_err("a teapot").to_string();
    assert!(error.contains("your token [secret] and"), "{error}");
    fake.faults([]);
    let url = format!("{}elsewhere", fake.url());
    let lost = provider_with(&fake, key(&fake, |file| file["token_uri"] = json!(url)));
    let error = lost.zone_of(&zone().name).await.expect_err("no token server").to_string();
    assert!(error.contains("elsewhere") && !error.contains("eyJ"), "{error}");
}

#[tokio::test]
async fn a_token_server_that_fails_for_a_moment_is_asked_again() {
    let fake = google::start("example.com.");
    let provider = provider_with(&fake, key(&fake, |_| {}));
    fake.faults([Some(Fault::DoneAndStatus(503)), Some(Fault::Cut)]);
    provider.zone_of(&zone().name).await.expect("the zone");
    assert_eq!(tokens(&fake), 3);
}

#[tokio::test]
async fn a_user_who_signed_in_has_tokens_given_out_by_the_refresh_token() {
    let fake = google::start("example.com.");
    let file = json!({"type": "authorized_user", "client_id": "gcloud", "client_secret": "hunter2",
        "refresh_token": "1//hunter3", "quota_project_id": PROJECT, "token_uri": format!("{}token", fake.url())});
    let credentials = Credentials::from_json(&file.to_string()).expect("a file");
    assert_eq!(credentials.project(), Some(PROJECT));
    let provider = provider_with(&fake, credentials);
    let given = json!({"access_token": google::TOKEN, "expires_in": 3599, "token_type": "Bearer"});
    fake.faults([Some(Fault::Answer(200, "", given.to_string()))]);
    provider.zone_of(&zone().name).await.expect("the zone");
    // And is told, without the secrets, where they are taken back.
    let provider = provider_with(&fake, Credentials::from_json(&file.to_string()).expect("a file"));
    let body = json!({"error": "invalid_grant", "error_description": "1//hunter3 of hunter2 is revoked.\nTrace 7"});
    fake.faults([Some(Fault::Answer(400, "", body.to_string()))]);
    let error = provider.zone_of(&zone().name).await.expect_err("not allowed").to_string();
    assert!(error.ends_with("invalid_grant: [secret] of [secret] is revoked."), "{error}");
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_project_are_told() {
    let fake = google::start("example.com.");
    let error = provider_with(&fake, Credentials::access_token("hunter2")).zone_of(&zone().name).await;
    let error = error.expect_err("not allowed");
    assert!(matches!(&error, ProviderError::Unauthorized(text) if text.contains("authError")), "{error}");
    assert!(!format!("{error}{error:?}").contains("hunter2"));
    let credentials = Credentials::access_token(google::TOKEN);
    let provider = GoogleCloudDns::new(Some(&fake.url()), "another", None, credentials, TIMEOUT, None);
    let provider = provider.expect("a URL").with_patience(PATIENCE);
    let error = provider.zone_of(&zone().name).await.expect_err("not ours");
    assert!(matches!(&error, ProviderError::Unauthorized(text) if text.contains("forbidden")), "{error}");
}

#[test]
fn a_token_is_not_sent_in_the_open() {
    let fake = google::start("example.com.");
    let file = json!({"type": "authorized_user", "client_id": "a", "client_secret": "b", "refresh_token": "c",
        "token_uri": "http://tokens.example/token"});
    let open = Credentials::from_json(&file.to_string()).expect("a file");
    let error = GoogleCloudDns::new(Some(&fake.url()), PROJECT, None, open, TIMEOUT, None).expect_err("in the open");
    assert!(error.to_string().contains("use https"), "{error}");
}
