//! A stand-in for Google Cloud DNS, and for the token server before it. There is no real one to be had without an account.
//!
//! What it answers is that of the API's own description, discovery document `dns:v1`, revision 20261009, as it lies in
//! `google-api-python-client`: in `tests/providers/google_cloud_dns/sdk.rs` Google's client asks, and each answer is held
//! against that document's schemas. In it stand the paths, the pages (`nextPageToken`), that a change is atomic, and that
//! deletions "must match existing data exactly". The refusals are as users of the real one report them: 412
//! `conditionNotMet` (kubernetes-sigs/external-dns, issues 467 and 3311), 409 `alreadyExists`
//! (hashicorp/terraform-provider-google, issue 9112). Texts are given back in quotes and in one form, whatever was sent, as
//! in the answers that dnscontrol recorded (`providers/gcloud/test_data`). Tokens: "Using OAuth 2.0 for Server to Server
//! Applications" (<https://developers.google.com/identity/protocols/oauth2/service-account>), RFC 6749, section 5.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mailvouch_providers::dns::{Rdata, RrType};
use serde_json::{Value as Json, json};

use super::rest::{Asked, Rest, Service, Told};

/// The project.
pub(crate) const PROJECT: &str = "mail-project";
/// The account that may use it.
const ACCOUNT: &str = "mailvouch@mail-project.iam.gserviceaccount.com";
const SCOPE: &str = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
/// A token that it takes without having given it out.
pub(crate) const TOKEN: &str = "ya29.a-token-of-the-tests";

/// It, running.
pub(crate) type FakeGoogle = Rest<Google>;

/// A set: its TTL, its data, and a routing policy where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) ttl: u32,
    pub(crate) rrdatas: Vec<String>,
    pub(crate) policy: Option<Json>,
}

/// By zone, name and type.
pub(crate) type Sets = BTreeMap<(String, String, String), Set>;

pub(crate) struct Google {
    /// Name, apex, visibility.
    pub(crate) zones: Vec<(String, String, &'static str)>,
    pub(crate) sets: Sets,
    /// Items in one answer.
    pub(crate) page: usize,
    /// How often a change is still pending when it is asked about.
    pub(crate) pending: usize,
    changes: usize,
    /// How long its tokens last, in seconds.
    pub(crate) lasts: u64,
    tokens: BTreeSet<String>,
    public_key: Vec<u8>,
    private_key: String,
}

/// With a private and a public zone of this name, which ends with a dot.
pub(crate) fn start(apex: &str) -> FakeGoogle {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("its form");
    let lines: Vec<String> =
        STANDARD.encode(der.as_ref()).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into()).collect();
    Rest::start(Google {
        zones: vec![
            ("inside".to_owned(), apex.to_owned(), "private"),
            ("mail-zone".to_owned(), apex.to_owned(), "public"),
        ],
        sets: BTreeMap::new(),
        page: 2,
        pending: 1,
        changes: 0,
        lasts: 3599,
        tokens: BTreeSet::from([TOKEN.to_owned()]),
        public_key: pair.public_key().as_ref().to_vec(),
        private_key: format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")),
    })
}

/// The file of the service account's key, for its owner to download.
pub(crate) fn key_file(fake: &FakeGoogle) -> String {
    let private_key = fake.state().private_key.clone();
    let file = json!({
        "type": "service_account", "project_id": PROJECT, "private_key_id": "0123456789abcdef",
        "private_key": private_key, "client_email": ACCOUNT, "client_id": "100000000000000000001",
        "token_uri": format!("{}token", fake.url()),
    });
    serde_json::to_string_pretty(&file).expect("JSON")
}

impl Google {
    /// Puts a value into a set of the public zone; all of it has this TTL then.
    pub(crate) fn put(&mut self, name: &str, rtype: &str, ttl: u32, data: &str) {
        let key = ("mail-zone".to_owned(), name.to_owned(), rtype.to_owned());
        let set = self.sets.entry(key).or_insert(Set { ttl, rrdatas: Vec::new(), policy: None });
        set.ttl = ttl;
        set.rrdatas.push(data.to_owned());
    }

    /// A set of the public zone.
    pub(crate) fn set(&mut self, name: &str, rtype: &str) -> Option<&mut Set> {
        self.sets.get_mut(&("mail-zone".to_owned(), name.to_owned(), rtype.to_owned()))
    }

    /// The data of a set of the public zone.
    pub(crate) fn data(&mut self, name: &str, rtype: &str) -> Vec<String> {
        self.set(name, rtype).map(|set| set.rrdatas.clone()).unwrap_or_default()
    }

    fn token(&mut self, asked: &Asked) -> Told {
        let refused = |error: &str, why: &str| Told::json(400, &json!({"error": error, "error_description": why}));
        let form = asked.form();
        if form.get("grant_type").map(String::as_str) != Some("urn:ietf:params:oauth:grant-type:jwt-bearer") {
            return refused("unsupported_grant_type", "Invalid grant_type");
        }
        let assertion = form.get("assertion").cloned().unwrap_or_default();
        let Some((text, signature)) = assertion.rsplit_once('.') else {
            return refused("invalid_request", "Bad Request");
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.public_key);
        if key.verify(text.as_bytes(), &signature).is_err() {
            return refused("invalid_grant", "Invalid JWT Signature.");
        }
        let part = |index: usize| {
            let octets = URL_SAFE_NO_PAD.decode(text.split('.').nth(index).unwrap_or_default()).unwrap_or_default();
            serde_json::from_slice::<Json>(&octets).unwrap_or_default()
        };
        let (header, claims) = (part(0), part(1));
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs();
        let (from, until) = (claims["iat"].as_u64().unwrap_or_default(), claims["exp"].as_u64().unwrap_or_default());
        if header["alg"] != "RS256" || header["kid"] != "0123456789abcdef" || claims["iss"] != ACCOUNT {
            return refused("invalid_grant", "Invalid grant: account not found");
        }
        if until <= now || from > now + 60 || until > from + 3600 {
            return refused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
            );
        }
        if claims["scope"] != SCOPE || !claims["aud"].as_str().is_some_and(|aud| aud.ends_with("/token")) {
            return refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
        }
        let token = format!("ya29.given-{}", self.tokens.len());
        self.tokens.insert(token.clone());
        Told::json(200, &json!({"access_token": token, "expires_in": self.lasts, "token_type": "Bearer"}))
    }

    fn zones(&self, asked: &Asked) -> Told {
        let wanted = asked.query.get("dnsName");
        let listed: Vec<Json> = (0_u64..)
            .zip(&self.zones)
            .filter(|(_, (_, apex, _))| wanted.is_none_or(|name| name == apex))
            .map(|(number, (name, apex, visibility))| {
                json!({"kind": "dns#managedZone", "id": (number + 1).to_string(), "name": name, "dnsName": apex,
                    "description": "", "visibility": visibility, "creationTime": "2026-11-30T12:00:00.000Z",
                    "nameServers": ["ns-cloud-a1.googledomains.com."]})
            })
            .collect();
        // One a page.
        let mut answer = json!({"kind": "dns#managedZonesListResponse"});
        page(&mut answer, "managedZones", &listed, 1, asked);
        Told::json(200, &answer)
    }

    fn rrsets(&self, zone: &str, asked: &Asked) -> Told {
        let (name, rtype) = (asked.query.get("name"), asked.query.get("type"));
        let is_wanted = |key: &(String, String, String)| {
            key.0 == zone && name.is_none_or(|name| *name == key.1) && rtype.is_none_or(|rtype| *rtype == key.2)
        };
        let listed: Vec<Json> =
            self.sets.iter().filter(|(key, _)| is_wanted(key)).map(|(key, set)| told(&key.1, &key.2, set)).collect();
        let mut answer = json!({"kind": "dns#resourceRecordSetsListResponse"});
        page(&mut answer, "rrsets", &listed, self.page, asked);
        Told::json(200, &answer)
    }

    fn change(&mut self, zone: &str, asked: &Asked) -> Told {
        let body = asked.json();
        let list = |key: &str| body[key].as_array().cloned().unwrap_or_default();
        let (additions, deletions) = (list("additions"), list("deletions"));
        if additions.is_empty() && deletions.is_empty() {
            return problem(400, "required", "The 'entity.change' parameter is required but was missing.");
        }
        let mut sets = self.sets.clone();
        for (at, deletion) in deletions.iter().enumerate() {
            let Some((key, mut set)) = sent(zone, deletion) else {
                return problem(400, "invalid", &format!("Invalid value for 'entity.change.deletions[{at}]'"));
            };
            let Some(held) = sets.get(&key) else {
                let message = format!(
                    "The 'entity.change.deletions[{at}]' resource named '{} ({})' does not exist.",
                    key.1, key.2
                );
                return problem(404, "notFound", &message);
            };
            let mut held = held.clone();
            held.rrdatas.sort();
            set.rrdatas.sort();
            if held != set {
                let message = format!("Precondition not met for 'entity.change.deletions[{at}]'");
                return problem(412, "conditionNotMet", &message);
            }
            sets.remove(&key);
        }
        for (at, addition) in additions.iter().enumerate() {
            let Some((key, set)) = sent(zone, addition) else {
                return problem(400, "invalid", &format!("Invalid value for 'entity.change.additions[{at}]'"));
            };
            if sets.contains_key(&key) {
                let message = format!(
                    "The resource 'entity.change.additions[{at}]' named '{} ({})' already exists",
                    key.1, key.2
                );
                return problem(409, "alreadyExists", &message);
            }
            sets.insert(key, set);
        }
        for (_, name, rtype) in sets.keys().filter(|key| key.0 == zone && key.2 == "CNAME") {
            if sets.keys().any(|key| key.0 == zone && key.1 == *name && key.2 != *rtype) {
                let message = format!(
                    "The resource record set 'entity.change.additions' is invalid because the DNS name '{name}' may have \
                     either one CNAME resource record set or resource record sets of other types, but not both."
                );
                return problem(400, "cnameResourceRecordSetConflict", &message);
            }
        }
        self.sets = sets;
        self.changes += 1;
        let mut done = changed(self.changes, self.pending > 0);
        (done["additions"], done["deletions"]) = (Json::from(additions), Json::from(deletions));
        Told::json(200, &done)
    }
}

/// A set as it is listed.
fn told(name: &str, rtype: &str, set: &Set) -> Json {
    let mut json = json!({"kind": "dns#resourceRecordSet", "name": name, "type": rtype, "ttl": set.ttl,
        "rrdatas": set.rrdatas, "signatureRrdatas": []});
    if let Some(policy) = &set.policy {
        json["routingPolicy"] = policy.clone();
    }
    json
}

/// A set as it was sent, with its data in the one form that is kept. None where it is no set.
fn sent(zone: &str, json: &Json) -> Option<((String, String, String), Set)> {
    let (name, rtype) = (json["name"].as_str()?, json["type"].as_str()?);
    let parsed: RrType = rtype.parse().ok()?;
    let data = |text: &Json| Some(Rdata::parse(parsed, text.as_str()?).ok()?.to_string());
    let rrdatas: Vec<String> = json["rrdatas"].as_array()?.iter().map(data).collect::<Option<_>>()?;
    let is_name = name.ends_with('.') && !rrdatas.is_empty();
    let set = Set { ttl: u32::try_from(json["ttl"].as_u64()?).ok()?, rrdatas, policy: None };
    is_name.then(|| ((zone.to_owned(), name.to_owned(), rtype.to_owned()), set))
}

fn changed(id: usize, is_pending: bool) -> Json {
    let status = if is_pending { "pending" } else { "done" };
    json!({"kind": "dns#change", "id": id.to_string(), "status": status, "startTime": "2026-11-30T12:00:00.000Z"})
}

/// Puts a page of a list into an answer. A token is the number of the item that comes next.
fn page(answer: &mut Json, key: &str, all: &[Json], size: usize, asked: &Asked) {
    let most = asked.query.get("maxResults").map_or(size, |text| text.parse().expect("a number"));
    let from: usize =
        asked.query.get("pageToken").map_or(0, |text| text.trim_start_matches("at-").parse().expect("ours"));
    answer[key] = Json::from(all.iter().skip(from).take(most).cloned().collect::<Vec<_>>());
    if from + most < all.len() {
        answer["nextPageToken"] = json!(format!("at-{}", from + most));
    }
}

pub(crate) fn problem(status: u16, reason: &str, message: &str) -> Told {
    Told::json(status, &problem_json(status, reason, message))
}

pub(crate) fn problem_json(status: u16, reason: &str, message: &str) -> Json {
    json!({"error": {"code": status, "message": message,
        "errors": [{"message": message, "domain": "global", "reason": reason}]}})
}

impl Service for Google {
    fn answer(&mut self, asked: &Asked) -> Told {
        let (method, path) = (asked.method.as_str(), asked.parts());
        if (method, &path[..]) == ("POST", &["token"][..]) {
            return self.token(asked);
        }
        if !asked.bearer().is_some_and(|token| self.tokens.contains(token)) {
            let message = "Request had invalid authentication credentials. Expected OAuth 2 access token";
            return problem(401, "authError", message);
        }
        let ["dns", "v1", "projects", project, "managedZones", rest @ ..] = &path[..] else {
            return problem(404, "notFound", "Not Found");
        };
        if *project != PROJECT {
            return problem(403, "forbidden", "Forbidden");
        }
        let known = |zone: &str| self.zones.iter().any(|(name, ..)| name == zone);
        match (method, rest) {
            ("GET", []) => self.zones(asked),
            (_, [zone, ..]) if !known(zone) => {
                let message = format!("The 'parameters.managedZone' resource named '{zone}' does not exist.");
                problem(404, "notFound", &message)
            }
            ("GET", [zone, "rrsets"]) => self.rrsets(zone, asked),
            ("POST", [zone, "changes"]) => self.change(zone, asked),
            ("GET", [_, "changes", id]) => {
                let is_pending = self.pending > 0;
                self.pending = self.pending.saturating_sub(1);
                Told::json(200, &changed(id.parse().expect("a number of ours"), is_pending))
            }
            _ => problem(404, "notFound", "Not Found"),
        }
    }
}
