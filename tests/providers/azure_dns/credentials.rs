//! An application and its secret, and the tokens that it is given.

use mailvouch_providers::azure_dns::{AzureDns, Credentials};
use mailvouch_providers::{Provider as _, ProviderError};

use super::{PATIENCE, TIMEOUT, credentials, provider, provider_in, read, zone};
use crate::servers::azure::{self, CLIENT, FakeAzure, SECRET, SUBSCRIPTION, TENANT};
use crate::servers::rest::Fault;

fn tokens(fake: &FakeAzure) -> usize {
    fake.requests().iter().filter(|request| request.ends_with("oauth2/v2.0/token")).count()
}

#[tokio::test]
async fn a_token_is_asked_for_once_while_it_lasts() {
    let fake = azure::start("example.com");
    let provider = provider(&fake);
    let apex = zone().name;
    let read = |owner| read(&provider, owner);
    let all = tokio::join!(provider.zone_of(&apex), read("example.com"), read("a.example.com"));
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok());
    assert_eq!(tokens(&fake), 1);
    let fake = azure::start("example.com");
    fake.state().lasts = 0;
    super::provider(&fake).zone_of(&apex).await.expect("the zone");
    assert_eq!(tokens(&fake), 1, "one list, in one page");
}

#[tokio::test]
async fn a_wrong_secret_is_told_in_microsofts_words_and_not_shown() {
    let fake = azure::start("example.com");
    let wrong = |client: &str, secret: &str| {
        provider_in(&fake, None, Credentials::new(TENANT, client, secret, Some(&fake.url())))
    };
    let error = wrong(CLIENT, "hunter2+of the tests").zone_of(&zone().name).await.expect_err("not allowed");
    let ProviderError::Unauthorized(told) = &error else { panic!("{error:?}") };
    assert!(told.ends_with("invalid_client: AADSTS7000215: Invalid client secret provided."), "{told}");
    assert!(!format!("{error:?}").contains("hunter2"));
    let error = wrong("another", SECRET).zone_of(&zone().name).await.expect_err("not allowed");
    assert!(error.to_string().contains("AADSTS700016"), "{error}");
    let shown = format!("{:?}{:?}", credentials(&fake), provider(&fake));
    assert!(!shown.contains(SECRET), "{shown}");
}

#[tokio::test]
async fn a_token_that_is_given_back_is_not_told() {
    let fake = azure::start("example.com");
    let provider = provider(&fake);
    fake.faults([None, Some(Fault::Answer(418, "", "<html>eyJ0eXAi.given-0 is your token".into()))]);
    let error = provider.zone_of(&zone().name).await.expect_err("a teapot").to_string();
    assert!(error.contains("[secret] is your token"), "{error}");
}

#[tokio::test]
async fn another_subscription_and_another_group_are_told() {
    let fake = azure::start("example.com");
    let other = AzureDns::new(Some(&fake.url()), "another", None, credentials(&fake), TIMEOUT, None);
    let error = other.expect("a URL").with_patience(PATIENCE).zone_of(&zone().name).await.expect_err("not ours");
    assert!(matches!(&error, ProviderError::Unauthorized(told) if told.contains("AuthorizationFailed")), "{error}");
    let error = provider_in(&fake, Some("nowhere"), credentials(&fake)).zone_of(&zone().name).await;
    let error = error.expect_err("no such group").to_string();
    assert!(error.contains("ResourceGroupNotFound"), "{error}");
}

#[test]
fn a_secret_is_not_sent_in_the_open_nor_a_tenant_taken_for_a_path() {
    let new = |tenant: &str, authority: &str| {
        let credentials = Credentials::new(tenant, CLIENT, SECRET, Some(authority));
        AzureDns::new(None, SUBSCRIPTION, None, credentials, TIMEOUT, None)
    };
    let error = new(TENANT, "http://login.example").expect_err("in the open").to_string();
    assert!(error.contains("use https"), "{error}");
    let error = new("../../elsewhere?", "https://login.example").expect_err("no tenant").to_string();
    assert!(error.contains("neither an id nor a domain name"), "{error}");
    assert!(new("example.onmicrosoft.com", "https://login.example/").is_ok());
}
