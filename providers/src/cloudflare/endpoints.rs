//! Requests that the crate does not have, in its own terms.

use cloudflare::framework::endpoint::spec::EndpointSpec;
use cloudflare::framework::endpoint::{Method, RequestBody};
use cloudflare::framework::response::ApiSuccess;
use serde::Serialize;

/// A record as it is written. What is left out of a change stays as it is: comment and tags among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Fields {
    /// The record's id, of one that changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) name: String,
    pub(super) content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) priority: Option<u16>,
    pub(super) ttl: u32,
    /// An alias that is proxied answers addresses, and is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) proxied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) settings: Option<Unflattened>,
}

/// The setting of an alias that is served as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Unflattened {
    pub(super) flatten_cname: bool,
}

/// A record that goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Id {
    pub(super) id: String,
}

/// Several changes in one transaction: what goes first, then what changes, then what comes.
#[derive(Debug, Default, Serialize)]
pub(super) struct Operations {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) deletes: Vec<Id>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) patches: Vec<Fields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) posts: Vec<Fields>,
}

impl Operations {
    pub(super) fn len(&self) -> usize {
        self.deletes.len() + self.patches.len() + self.posts.len()
    }
}

/// Creates a record. The crate's own knows six types, and no PTR.
#[derive(Debug)]
pub(super) struct Create<'a> {
    pub(super) zone: &'a str,
    pub(super) fields: &'a Fields,
}

/// Changes one record; its id, and what is not named, stay. The crate has only what overwrites all.
#[derive(Debug)]
pub(super) struct Edit<'a> {
    pub(super) zone: &'a str,
    pub(super) id: &'a str,
    pub(super) fields: &'a Fields,
}

/// Sends several changes.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    pub(super) zone: &'a str,
    pub(super) operations: &'a Operations,
}

fn json<'a>(body: &impl Serialize) -> Option<RequestBody<'a>> {
    serde_json::to_string(body).ok().map(RequestBody::Json)
}

impl EndpointSpec for Create<'_> {
    type JsonResponse = ();
    type ResponseType = ApiSuccess<()>;

    fn method(&self) -> Method {
        Method::POST
    }

    fn path(&self) -> String {
        format!("zones/{}/dns_records", self.zone)
    }

    fn body(&self) -> Option<RequestBody<'_>> {
        json(self.fields)
    }
}

impl EndpointSpec for Edit<'_> {
    type JsonResponse = ();
    type ResponseType = ApiSuccess<()>;

    fn method(&self) -> Method {
        Method::PATCH
    }

    fn path(&self) -> String {
        format!("zones/{}/dns_records/{}", self.zone, self.id)
    }

    fn body(&self) -> Option<RequestBody<'_>> {
        json(self.fields)
    }
}

impl EndpointSpec for Batch<'_> {
    type JsonResponse = ();
    type ResponseType = ApiSuccess<()>;

    fn method(&self) -> Method {
        Method::POST
    }

    fn path(&self) -> String {
        format!("zones/{}/dns_records/batch", self.zone)
    }

    fn body(&self) -> Option<RequestBody<'_>> {
        json(self.operations)
    }
}
