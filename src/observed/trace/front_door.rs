//! Where the recipient's system took a message in, and whom it took it from.

use std::net::IpAddr;

use mailvouch_providers::dns::Name;

use super::headers::{Headers, domain_of};
use super::known::{is_public, same_house};
use super::received::Received;
use super::received_spf::ReceivedSpf;
use super::results::{Method, Results};
use super::signature::Signature;
use super::words::{address, host};

/// What the header of a delivered message tells.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The hops, the last one first, as the header has them.
    pub hops: Vec<Received>,
    /// Which of them is the recipient's front door. Whatever stands below it anybody may have written.
    pub front_door: Option<usize>,
    /// Where the message came from: the one to go by, then what else names an address.
    pub origins: Vec<Origin>,
    /// The name that the sending host gave.
    pub helo: Option<String>,
    /// The domain of the envelope sender.
    pub envelope: Option<String>,
    /// The domain of the author's address.
    pub author: Option<String>,
    /// Who signed it.
    pub signatures: Vec<Signature>,
    /// What the recipient's system found: methods of its own fields.
    pub results: Vec<Method>,
    /// Fields with results that are not known to be the recipient's, and are not gone by.
    pub disregarded: usize,
}

/// An address that a message came from, as one line has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The address.
    pub address: IpAddr,
    /// Which line says so.
    pub source: Source,
    /// How far that can be relied on.
    pub certainty: Certainty,
}

/// The lines that tell where a message came from, in the order in which they are gone by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `client-ip` of `Received-SPF`.
    ReceivedSpf,
    /// `sender IP is` in `Authentication-Results`.
    AuthenticationResults,
    /// `X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp`.
    ExchangeConnectingIp,
    /// `CIP:` in `X-Forefront-Antispam-Report`.
    ForefrontReport,
    /// The `Received` of the front door.
    Received,
}

/// How far a line can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Anybody may have written it.
    Guess,
    /// The recipient's system writes such a line, and only one does say so.
    Likely,
    /// Two lines of the recipient's system say the same.
    Certain,
}

impl Source {
    /// The field, as it is named in a header.
    pub fn field(self) -> &'static str {
        match self {
            Self::ReceivedSpf => "Received-SPF",
            Self::AuthenticationResults => "Authentication-Results",
            Self::ExchangeConnectingIp => "X-MS-Exchange-CrossTenant-OriginalAttributedTenantConnectingIp",
            Self::ForefrontReport => "X-Forefront-Antispam-Report",
            Self::Received => "Received",
        }
    }
}

impl Certainty {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Guess => "guess",
        }
    }
}

/// A front door: the hop, where it stands, and where the next one does.
struct Door {
    by: Option<Name>,
    address: Option<IpAddr>,
    place: usize,
    next: usize,
}

impl Trace {
    /// What this header tells.
    pub fn of(headers: &Headers) -> Self {
        let places: Vec<(usize, Received)> =
            headers.all("Received").map(|(place, value)| (place, Received::read(value))).collect();
        let hops: Vec<Received> = places.iter().map(|(_, hop)| hop.clone()).collect();
        let found = front_door(&hops);
        let mut trace = Self { front_door: found, ..Self::default() };
        let door = found.and_then(|index| {
            let (place, hop) = places.get(index)?;
            let next = places.get(index + 1).map_or(usize::MAX, |(place, _)| *place);
            Some(Door { by: hop.by.clone(), address: hop.address, place: *place, next })
        });
        trace.author = headers.domain_in("From");
        let signatures = headers.all("DKIM-Signature").filter_map(|(_, value)| Signature::read(value));
        trace.signatures = signatures.collect();
        trace.read_spf(headers, door.as_ref());
        trace.read_results(headers, door.as_ref());
        trace.read_microsoft(headers, door.as_ref());
        if let Some(hop) = found.and_then(|index| hops.get(index)) {
            trace.helo = trace.helo.take().or_else(|| hop.helo.clone());
            trace.add(hop.address, Source::Received, Certainty::Likely);
        } else if let Some(hop) = hops.iter().find(|hop| hop.address.is_some_and(is_public)) {
            // A message within one house: the last host with an address of the internet.
            trace.helo = trace.helo.take().or_else(|| hop.helo.clone());
            trace.add(hop.address, Source::Received, Certainty::Guess);
        }
        trace.hops = hops;
        // Written at the delivery, above all else.
        let return_path = headers.first("Return-Path").and_then(domain_of);
        trace.envelope = return_path.or(trace.envelope);
        trace.weigh();
        trace
    }

    fn add(&mut self, address: Option<IpAddr>, source: Source, certainty: Certainty) {
        if let Some(address) = address.filter(|address| is_public(*address))
            && !self.origins.iter().any(|origin| origin.source == source)
        {
            self.origins.push(Origin { address, source, certainty });
        }
    }

    /// Two lines that agree make it certain; the order of sources decides otherwise, behind what may be relied on.
    fn weigh(&mut self) {
        let likely: Vec<IpAddr> = self
            .origins
            .iter()
            .filter(|origin| origin.certainty == Certainty::Likely)
            .map(|origin| origin.address)
            .collect();
        for origin in &mut self.origins {
            if origin.certainty == Certainty::Likely
                && likely.iter().filter(|other| **other == origin.address).count() > 1
            {
                origin.certainty = Certainty::Certain;
            }
        }
        self.origins.sort_by_key(|origin| (origin.certainty == Certainty::Guess, origin.source));
    }

    fn read_spf(&mut self, headers: &Headers, door: Option<&Door>) {
        for (place, value) in headers.all("Received-SPF") {
            let read = ReceivedSpf::read(value);
            let named =
                read.receiver.clone().or_else(|| Some(read.comment.clone()?.split([':', ' ']).next()?.to_owned()));
            if !wrote(door, place, named.as_deref(), read.client_ip) {
                self.disregarded += 1;
                continue;
            }
            let is_first = !self.origins.iter().any(|origin| origin.source == Source::ReceivedSpf);
            self.add(read.client_ip, Source::ReceivedSpf, Certainty::Likely);
            if is_first {
                self.helo = read.helo.or(self.helo.take());
                self.envelope = read.envelope_from.as_deref().and_then(domain_of).or(self.envelope.take());
                if !self.results.iter().any(|method| method.name == "spf") {
                    let properties =
                        read.envelope_from.map(|from| ("smtp.mailfrom".to_owned(), from)).into_iter().collect();
                    self.results.push(Method {
                        name: "spf".to_owned(),
                        result: read.result,
                        properties,
                        comment: None,
                    });
                }
            }
        }
    }

    fn read_results(&mut self, headers: &Headers, door: Option<&Door>) {
        for (place, value) in headers.all("Authentication-Results") {
            let read = Results::read(value);
            let stated = read.of("spf").find_map(Method::sender_ip);
            if !wrote(door, place, read.server.as_deref(), stated) {
                self.disregarded += 1;
                continue;
            }
            for method in read.methods {
                if method.name == "spf" {
                    self.add(method.sender_ip(), Source::AuthenticationResults, Certainty::Likely);
                    let envelope = method.property("smtp.mailfrom").map(str::to_owned);
                    let envelope = envelope.map(|from| domain_of(&from).unwrap_or(from.to_lowercase()));
                    self.envelope = self.envelope.take().or(envelope.filter(|from| host(from).is_some()));
                    self.results.retain(|other| {
                        other.name != "spf" || other.property("smtp.mailfrom") != method.property("smtp.mailfrom")
                    });
                }
                if !self.results.contains(&method) {
                    self.results.push(method);
                }
            }
        }
    }

    /// Microsoft writes its own fields at the end of the header, where anybody could: they count only behind its own front
    /// door, which takes such fields off what comes in.
    fn read_microsoft(&mut self, headers: &Headers, door: Option<&Door>) {
        let is_theirs =
            door.and_then(|door| door.by.as_ref()).is_some_and(|by| by.to_string().ends_with(".outlook.com"));
        if !is_theirs {
            return;
        }
        let inside = |text: &str, mark: &str| {
            let at = text.to_ascii_lowercase().find(mark)? + mark.len();
            text[at..].split([']', ';']).next().map(str::to_owned)
        };
        if let Some(text) = headers.first(Source::ExchangeConnectingIp.field()) {
            self.add(
                inside(text, "ip=[").and_then(|text| address(&text)),
                Source::ExchangeConnectingIp,
                Certainty::Likely,
            );
            self.helo = self.helo.take().or_else(|| inside(text, "helo=["));
        }
        if let Some(text) = headers.first(Source::ForefrontReport.field()) {
            self.add(inside(text, "cip:").and_then(|text| address(&text)), Source::ForefrontReport, Certainty::Likely);
        }
    }

    /// The hop that is the front door.
    pub fn door(&self) -> Option<&Received> {
        self.hops.get(self.front_door?)
    }

    /// The address to go by.
    pub fn origin(&self) -> Option<&Origin> {
        self.origins.first()
    }

    /// What the recipient's system found by a method.
    pub fn results_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Method> {
        self.results.iter().filter(move |method| method.name == name)
    }
}

/// Whether the recipient's system wrote a field: it stands above the line of its front door; or right behind that, before
/// the next hop, in the name of the same house, and does not contradict it. There milters and Google write, but so may
/// whoever sent the message.
fn wrote(door: Option<&Door>, place: usize, named: Option<&str>, stated: Option<IpAddr>) -> bool {
    let Some(door) = door else { return false };
    let is_of_house = || match (named.and_then(host), &door.by) {
        (Some(named), Some(by)) => same_house(&named, by),
        _ => false,
    };
    let agrees = stated.is_none() || stated == door.address;
    place < door.place || place < door.next && agrees && is_of_house()
}

/// The topmost hop that comes from an address of the internet outside the recipient's house.
///
/// From the top down: those that took the message are the recipient's, as long as what they took it from is one of them,
/// has no address, or a private one.
fn front_door(hops: &[Received]) -> Option<usize> {
    let mut house: Vec<&Name> = Vec::new();
    for (index, hop) in hops.iter().enumerate() {
        house.extend(&hop.by);
        let is_public = hop.address.is_some_and(is_public);
        let is_theirs = || hop.names().any(|name| house.iter().any(|theirs| same_house(&name, theirs)));
        if is_public && !is_theirs() {
            return Some(index);
        }
    }
    None
}
