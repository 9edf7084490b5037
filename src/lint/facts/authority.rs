//! What the authoritative servers serve, each asked by itself: whether they agree is for rules to say.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mailvouch_providers::dns::{Name, Rdata, RrType, Soa};

use super::{Depth, Subject, organizational_domain};
use crate::published::{Ask, Failure, Question, Reply, State, Via};

/// Servers that are asked, at most: nobody runs more of their own.
const SERVERS: usize = 16;
/// Servers of the parent zone that are asked to whom it delegates: they hold the same, and one may be out of reach.
const PARENTS: usize = 3;
/// How long after the beginning of a day, in UTC, it is still that day somewhere on Earth.
const DAY: SignedDuration = SignedDuration::from_hours(36);
/// A caching resolver need not forget an absence earlier (RFC 2308, section 5), where the zone does not say.
const ABSENCE: u32 = 3 * 3600;

/// What the authoritative servers of a domain serve.
#[derive(Clone, Debug)]
pub struct AuthorityFacts {
    /// The zone that the domain is in.
    pub zone: Name,
    /// The servers that answered for it.
    pub servers: Vec<Authority>,
    /// Those that did not.
    pub silent: Vec<(SocketAddr, Failure)>,
    /// What they serve at the names that hold records for mail.
    pub names: Vec<Served>,
    /// The SOA record that the resolver has; asked for only where its records differ from those of the servers.
    pub resolver_soa: Option<Soa>,
}

/// A server that answered.
#[derive(Clone, Debug)]
pub struct Authority {
    /// The server.
    pub address: SocketAddr,
    /// The SOA record that it has for the zone.
    pub soa: Option<Soa>,
}

/// The records at an alias: the alias. Elsewhere: the TXT values there, in no order; empty where nothing stands.
pub type Standing = BTreeSet<Rdata>;

/// One name, as the resolver and the servers have it.
#[derive(Clone, Debug)]
pub struct Served {
    /// The name.
    pub owner: Name,
    /// What the resolver answers.
    pub resolver: Arc<Reply>,
    /// What each server answers that does.
    pub by: Vec<(SocketAddr, Arc<Reply>)>,
}

impl AuthorityFacts {
    /// What they serve at these names; none where little is asked, or they cannot be told yet.
    pub(super) fn of(ask: &Ask<'_>, subject: &Subject, names: Vec<(Name, Arc<Reply>)>) -> Option<Self> {
        if subject.depth != Depth::Thorough {
            return None;
        }
        let config = subject.declared.as_ref().and_then(|declared| declared.domain().provider.as_ref());
        let config = config.map(|at| &at.value);
        let declared: Vec<SocketAddr> =
            config.iter().flat_map(|config| &config.authoritative).map(|at| at.value).collect();
        let delegation = delegation(ask, &subject.domain);
        let declared_zone = config.and_then(|config| config.zone.as_ref()).map(|zone| zone.value.clone());
        let (zone, addresses) = match (delegation, declared.is_empty()) {
            (Some((zone, _)), false) => (declared_zone.unwrap_or(zone), declared),
            (None, false) => (declared_zone.unwrap_or_else(|| subject.domain.clone()), declared),
            (Some((zone, hosts)), true) => (zone, addresses(ask, &hosts)),
            (None, true) => return None,
        };
        let (mut servers, mut silent) = (Vec::new(), Vec::new());
        for address in addresses {
            let question = Question::new(&zone, RrType::SOA).via(Via::Server(address));
            // Whoever keeps silent here is asked nothing else.
            let Some(reply) = ask.answer_thorough(question) else { continue };
            match &reply.state {
                State::Unknown(failure) => silent.push((address, failure.clone())),
                State::Found(_) | State::Absent(_) => servers.push(Authority { address, soa: soa(&reply) }),
            }
        }
        let served = |(owner, resolver): (Name, Arc<Reply>)| {
            let at = |server: &Authority| {
                let question = Question::new(&owner, RrType::TXT).via(Via::Server(server.address));
                Some((server.address, ask.answer_thorough(question)?))
            };
            Served { by: servers.iter().filter_map(at).collect(), owner, resolver }
        };
        let names: Vec<Served> = names.into_iter().map(served).collect();
        let resolver_soa = if names.iter().any(Served::differs_from_resolver) {
            ask.get_thorough(&zone, RrType::SOA).as_deref().and_then(soa)
        } else {
            None
        };
        Some(Self { zone, servers, silent, names, resolver_soa })
    }

    /// The SOA record of a server.
    pub fn soa_of(&self, server: SocketAddr) -> Option<&Soa> {
        self.servers.iter().find(|at| at.address == server)?.soa.as_ref()
    }

    /// The newest SOA record among those of the servers.
    pub fn newest_soa(&self) -> Option<&Soa> {
        let all = self.servers.iter().filter_map(|server| server.soa.as_ref());
        all.reduce(|newest, soa| if is_newer(soa.serial, newest.serial) { soa } else { newest })
    }

    /// Whether the resolver answers from another zone of the same name: one with another primary, or with a serial that
    /// no server has yet, which no cache can hold.
    pub fn resolver_has_another_zone(&self) -> bool {
        let mut theirs = self.servers.iter().filter_map(|server| server.soa.as_ref()).peekable();
        theirs.peek().is_some()
            && self
                .resolver_soa
                .as_ref()
                .is_some_and(|own| theirs.all(|soa| soa.mname != own.mname || is_newer(own.serial, soa.serial)))
    }
}

impl Served {
    /// What each server has there that says so.
    pub fn standings(&self) -> Vec<(SocketAddr, Standing)> {
        self.by.iter().filter_map(|(server, reply)| Some((*server, standing(reply)?))).collect()
    }

    /// What the resolver has there.
    pub fn at_resolver(&self) -> Option<Standing> {
        standing(&self.resolver)
    }

    /// Whether no server has there what the resolver has.
    pub fn differs_from_resolver(&self) -> bool {
        let standings = self.standings();
        let Some(own) = self.at_resolver() else { return false };
        !standings.is_empty() && standings.iter().all(|(_, standing)| *standing != own)
    }

    /// Seconds for which caches may hold an answer that was right before: what is left of the resolver's, and what the
    /// servers give now.
    pub fn cached_for(&self, soa: Option<&Soa>) -> (u32, u32) {
        let ttl = |reply: &Reply| match &reply.state {
            State::Found(set) => set.ttl,
            State::Absent(_) | State::Unknown(_) => soa.map_or(ABSENCE, |soa| soa.minimum),
        };
        let given = self.by.iter().map(|(_, reply)| ttl(reply)).max().unwrap_or_default();
        (ttl(&self.resolver), given)
    }
}

/// Whether a serial is later than another (RFC 1982, section 3.2).
pub(in crate::lint) fn is_newer(serial: u32, than: u32) -> bool {
    serial != than && serial.wrapping_sub(than) < 1 << 31
}

/// The latest time at which a zone with this serial was changed, where it is written as a date (RFC 1912, section 2.2)
/// or as seconds since 1970; none where it is a plain number, or lies in the future.
pub(in crate::lint) fn last_change(serial: u32, now: Timestamp) -> Option<Timestamp> {
    let seconds = Timestamp::from_second(i64::from(serial)).ok()?;
    if serial > 1_000_000_000 && seconds <= now {
        return Some(seconds);
    }
    let date = serial / 100;
    let (month, day) = (i8::try_from(date / 100 % 100).ok()?, i8::try_from(date % 100).ok()?);
    let date = Date::new(i16::try_from(date / 10_000).ok()?, month, day).ok()?;
    let begins = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    (date.year() >= 1990 && begins <= now).then_some(())?;
    begins.checked_add(DAY).ok()
}

/// The addresses of the servers of the zone that a name is in; none where that is not known, or not yet.
pub fn authoritative_servers(ask: &Ask<'_>, name: &Name) -> Option<Vec<SocketAddr>> {
    let (_, hosts) = delegation(ask, name)?;
    Some(addresses(ask, &hosts))
}

/// The addresses of the servers to which the parent zone delegates the zone that a name is in; none where that is not
/// known, or not yet.
///
/// Resolvers begin with these. Where they are not those that the zone itself names, some of the world asks servers that
/// the zone knows nothing of.
pub fn delegated_servers(ask: &Ask<'_>, name: &Name) -> Option<Vec<SocketAddr>> {
    let (zone, _) = delegation(ask, name)?;
    let (_, above) = nearest_servers(ask, zone.ancestors().skip(1))?;
    let said = |server: SocketAddr| {
        let reply = ask.answer_thorough(Question::new(&zone, RrType::NS).via(Via::Server(server)))?;
        Some(hosts(&reply.records()?.values))
    };
    let parents = addresses(ask, &above);
    // All of them are asked before one is believed: they are questions of one round.
    let told: Vec<Vec<Name>> = parents.into_iter().take(PARENTS).filter_map(said).collect();
    Some(addresses(ask, told.first()?))
}

/// The zone that a domain is in, and the hosts that its NS records name; none where that is not known.
fn delegation(ask: &Ask<'_>, domain: &Name) -> Option<(Name, Vec<Name>)> {
    let organization = organizational_domain(domain);
    nearest_servers(ask, domain.ancestors().take_while(|name| name.is_at_or_below(&organization)))
}

/// The first of these names that has NS records, and the hosts that they name; none where that is not known.
fn nearest_servers(ask: &Ask<'_>, names: impl Iterator<Item = Name>) -> Option<(Name, Vec<Name>)> {
    for name in names {
        let reply = ask.get_thorough(&name, RrType::NS)?;
        match &reply.state {
            State::Found(set) if !reply.is_alias() => return Some((name, hosts(&set.values))),
            State::Found(_) | State::Absent(_) => {}
            State::Unknown(_) => return None,
        }
    }
    None
}

/// The hosts that NS records name.
fn hosts(values: &[Rdata]) -> Vec<Name> {
    let host = |value: &Rdata| match value {
        Rdata::Ns(host) => Some(host.clone()),
        _ => None,
    };
    values.iter().filter_map(host).collect()
}

/// The addresses of these hosts, in order. What no server on the Internet can have is not asked.
fn addresses(ask: &Ask<'_>, hosts: &[Name]) -> Vec<SocketAddr> {
    let mut all = BTreeSet::new();
    for host in hosts {
        for rtype in [RrType::A, RrType::AAAA] {
            let Some(reply) = ask.get_thorough(host, rtype) else { continue };
            let address = |value: &Rdata| match value {
                Rdata::A(address) => Some(IpAddr::from(*address)),
                Rdata::Aaaa(address) => Some(IpAddr::from(*address)),
                _ => None,
            };
            let found = reply.records().into_iter().flat_map(|set| &set.values).filter_map(address);
            let usable = found.filter(|ip| !ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast());
            all.extend(usable.map(|ip| SocketAddr::new(ip, 53)));
        }
    }
    all.into_iter().take(SERVERS).collect()
}

fn soa(reply: &Reply) -> Option<Soa> {
    let found = reply.records()?.values.iter().find_map(|value| match value {
        Rdata::Soa(soa) => Some(soa.clone()),
        _ => None,
    });
    found.filter(|_| !reply.is_alias())
}

/// What stands at the name that was asked for; none where that is not known.
fn standing(reply: &Reply) -> Option<Standing> {
    // Where the alias leads is somebody else's zone: a server need not know it.
    if let Some(target) = reply.chain.first() {
        return Some([Rdata::Cname(target.clone())].into());
    }
    match &reply.state {
        State::Found(set) => Some(set.values.iter().cloned().collect()),
        State::Absent(_) => Some(Standing::new()),
        State::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use mailvouch_providers::dns::RecordSet;

    use super::*;
    use crate::published::{Answers, Reason};

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    /// One answer: a question as `name TYPE` or `name TYPE @server`, and its records; none says that nobody answered.
    fn answer((asked, records): (&str, &[&str])) -> (Question, Arc<Reply>) {
        let mut words = asked.split(' ');
        let (owner, rtype) = (words.next().expect("a name"), words.next().expect("a type"));
        let rtype = if rtype == "NS" { RrType::NS } else { RrType::A };
        let mut question = Question::new(&name(owner), rtype);
        if let Some(server) = words.next() {
            question = question.via(Via::Server(server.parse().expect("an address")));
        }
        let values: Vec<Rdata> = records.iter().map(|text| Rdata::parse(rtype, text).expect("rdata")).collect();
        let reply = if values.is_empty() {
            Reply::unknown(Reason::Timeout)
        } else {
            Reply::from(State::Found(RecordSet { ttl: 300, values }))
        };
        (question, Arc::new(reply))
    }

    #[test]
    fn the_parent_is_asked_to_whom_it_delegates() {
        const NAMED: [(&str, &[&str]); 9] = [
            ("www.example.com NS", &[]),
            ("example.com NS", &["ns1.example.com."]),
            ("com NS", &["a.gtld.example.", "b.gtld.example."]),
            ("a.gtld.example A", &["192.0.2.1"]),
            ("b.gtld.example A", &["192.0.2.2"]),
            ("example.com NS 192.0.2.1:53", &[]),
            ("example.com NS 192.0.2.2:53", &["ns1.example.com.", "old.example.net."]),
            ("ns1.example.com A", &["192.0.2.11"]),
            ("old.example.net A", &["192.0.2.12"]),
        ];
        let answers: Answers = NAMED.into_iter().map(answer).collect();
        let ask = Ask::new(&answers, None);
        let told = |servers: Option<Vec<SocketAddr>>| {
            servers.map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(told(authoritative_servers(&ask, &name("example.com"))), Some(vec!["192.0.2.11:53".to_owned()]));
        let delegated = ["192.0.2.11:53", "192.0.2.12:53"].map(str::to_owned).to_vec();
        assert_eq!(told(delegated_servers(&ask, &name("example.com"))), Some(delegated));
        // Where no server of the parent answers, nothing is made up.
        let silent = NAMED.map(|(asked, records)| (asked, if asked.contains("53") { &[][..] } else { records }));
        let answers: Answers = silent.into_iter().map(answer).collect();
        assert_eq!(delegated_servers(&Ask::new(&answers, None), &name("example.com")), None);
    }

    #[test]
    fn serials_are_compared_on_a_circle() {
        assert!(is_newer(2, 1) && !is_newer(1, 2) && !is_newer(1, 1));
        assert!(is_newer(0, u32::MAX), "it goes on from zero");
    }

    #[test]
    fn a_serial_that_is_a_date_tells_when_the_zone_was_changed() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().expect("a time");
        let change = |serial| last_change(serial, now).map(|at| at.to_string());
        assert_eq!(change(2_026_112_001).as_deref(), Some("2026-11-21T12:00:00Z"));
        assert_eq!(change(1_790_000_000).as_deref(), Some("2026-09-21T14:13:20Z"));
        for none in [1, 17, 2_026_113_201, 2_026_112_501, u32::MAX] {
            assert_eq!(change(none), None, "{none}");
        }
    }
}
