//! `check_host` for one address, as RFC 7208 tells it, over records that were never text. It shares nothing with the
//! program: neither the parser nor the sets of addresses.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What every name publishes.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) names: BTreeMap<String, Published>,
}

/// What one name publishes.
#[derive(Clone, Debug)]
pub(super) struct Published {
    /// None: there are other texts, or nothing; the look-up may also fail.
    pub(super) records: Lookup<Vec<Term>>,
    pub(super) a: Lookup<Ipv4Addr>,
    pub(super) aaaa: Lookup<Ipv6Addr>,
    pub(super) mx: Lookup<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Lookup<T> {
    /// Nothing, where the list is empty.
    Found(Vec<T>),
    Failing,
}

#[derive(Clone, Debug)]
pub(super) enum Term {
    Directive(Verdict, Mechanism),
    Redirect(String),
    /// `exp=`, or a modifier that nobody knows.
    Ignored(&'static str),
    /// A syntax error.
    Broken(&'static str),
}

#[derive(Clone, Debug)]
pub(super) enum Mechanism {
    All,
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    A(Option<String>, u8, u8),
    Mx(Option<String>, u8, u8),
    Include(String),
}

/// The results of section 2.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    None,
    Neutral,
    Pass,
    Fail,
    SoftFail,
    TempError,
    PermError,
}

/// A result, and what it took.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Evaluated {
    pub(super) verdict: Verdict,
    pub(super) lookups: usize,
    pub(super) voids: usize,
}

pub(super) fn evaluate(model: &Model, client: IpAddr, domain: &str) -> Evaluated {
    // Section 5: a mapped address is an IPv4 one.
    let mut evaluation = Evaluation { model, client: client.to_canonical(), lookups: 0, voids: 0 };
    let verdict = evaluation.check_host(domain);
    Evaluated { verdict, lookups: evaluation.lookups, voids: evaluation.voids }
}

struct Evaluation<'a> {
    model: &'a Model,
    client: IpAddr,
    lookups: usize,
    voids: usize,
}

/// What ends an evaluation before its time.
type Ended<T> = Result<T, Verdict>;

impl Evaluation<'_> {
    fn check_host(&mut self, domain: &str) -> Verdict {
        // Section 4.3: what can be no name has no record.
        if domain.split('.').any(str::is_empty) {
            return Verdict::None;
        }
        let records = match self.model.names.get(domain).map(|name| &name.records) {
            None => return Verdict::None,
            Some(Lookup::Failing) => return Verdict::TempError,
            Some(Lookup::Found(records)) => records,
        };
        // Section 4.5.
        match records.as_slice() {
            [] => Verdict::None,
            [record] => self.record(domain, record).unwrap_or_else(|ended| ended),
            _ => Verdict::PermError,
        }
    }

    fn record(&mut self, domain: &str, record: &[Term]) -> Ended<Verdict> {
        // Sections 4.6 and 6.
        let redirects: Vec<&String> = record
            .iter()
            .filter_map(|term| match term {
                Term::Redirect(target) => Some(target),
                _ => None,
            })
            .collect();
        let exps = record.iter().filter(|term| matches!(term, Term::Ignored(text) if text.starts_with("exp="))).count();
        if record.iter().any(|term| matches!(term, Term::Broken(_))) || redirects.len() > 1 || exps > 1 {
            return Err(Verdict::PermError);
        }
        let mut has_all = false;
        for term in record {
            if let Term::Directive(verdict, mechanism) = term {
                has_all |= matches!(mechanism, Mechanism::All);
                if self.matches(domain, mechanism)? {
                    return Ok(*verdict);
                }
            }
        }
        // Sections 4.7 and 6.1.
        match redirects.first() {
            Some(target) if !has_all => {
                self.spend()?;
                match self.check_host(target) {
                    Verdict::None => Err(Verdict::PermError),
                    verdict => Ok(verdict),
                }
            }
            _ => Ok(Verdict::Neutral),
        }
    }

    /// Section 4.6.4.
    fn spend(&mut self) -> Ended<()> {
        self.lookups += 1;
        if self.lookups > 10 { Err(Verdict::PermError) } else { Ok(()) }
    }

    fn void(&mut self) -> Ended<()> {
        self.voids += 1;
        if self.voids > 2 { Err(Verdict::PermError) } else { Ok(()) }
    }

    fn matches(&mut self, domain: &str, mechanism: &Mechanism) -> Ended<bool> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(network, length) => Ok(self.is_in(IpAddr::V4(*network), *length, 0)),
            Mechanism::Ip6(network, length) => Ok(self.is_in(IpAddr::V6(*network), 0, *length)),
            Mechanism::Include(target) => {
                self.spend()?;
                match self.check_host(target) {
                    Verdict::Pass => Ok(true),
                    Verdict::Fail | Verdict::SoftFail | Verdict::Neutral => Ok(false),
                    Verdict::TempError => Err(Verdict::TempError),
                    Verdict::PermError | Verdict::None => Err(Verdict::PermError),
                }
            }
            Mechanism::A(target, v4, v6) => {
                self.spend()?;
                let target = target.as_deref().unwrap_or(domain);
                let found = self.addresses(target, &mut None)?;
                Ok(found.into_iter().any(|address| self.is_in(address, *v4, *v6)))
            }
            Mechanism::Mx(target, v4, v6) => {
                self.spend()?;
                let target = target.as_deref().unwrap_or(domain);
                let exchanges = match self.model.names.get(target).map(|name| &name.mx) {
                    _ if target.split('.').any(str::is_empty) => return Ok(false),
                    Some(Lookup::Failing) => return Err(Verdict::TempError),
                    Some(Lookup::Found(exchanges)) if !exchanges.is_empty() => exchanges.clone(),
                    _ => return self.void().map(|()| false),
                };
                if exchanges.len() > 10 {
                    return Err(Verdict::PermError);
                }
                let mut found = Vec::new();
                let mut failed = Some(false);
                for exchange in &exchanges {
                    found.extend(self.addresses(exchange, &mut failed)?);
                    if failed == Some(true) {
                        break;
                    }
                }
                let matched = found.into_iter().any(|address| self.is_in(address, *v4, *v6));
                if !matched && failed == Some(true) { Err(Verdict::TempError) } else { Ok(matched) }
            }
        }
    }

    /// The addresses of the client's family. A failure ends the evaluation, unless somebody wants to be `failed`.
    fn addresses(&mut self, host: &str, failed: &mut Option<bool>) -> Ended<Vec<IpAddr>> {
        if host.split('.').any(str::is_empty) {
            return Ok(Vec::new());
        }
        let published = self.model.names.get(host);
        let found: Option<Vec<IpAddr>> = match (self.client, published) {
            (_, None) => Some(Vec::new()),
            (IpAddr::V4(_), Some(Published { a: Lookup::Found(found), .. })) => {
                Some(found.iter().copied().map(IpAddr::V4).collect())
            }
            (IpAddr::V6(_), Some(Published { aaaa: Lookup::Found(found), .. })) => {
                Some(found.iter().copied().map(IpAddr::V6).collect())
            }
            _ => None,
        };
        match (found, failed) {
            (Some(found), _) if found.is_empty() => self.void().map(|()| found),
            (Some(found), _) => Ok(found),
            (None, Some(failed)) => {
                *failed = true;
                Ok(Vec::new())
            }
            (None, None) => Err(Verdict::TempError),
        }
    }

    /// Bit by bit from the left, of one family only.
    fn is_in(&self, network: IpAddr, v4: u8, v6: u8) -> bool {
        let same = |one: &[u8], other: &[u8], length: u8| {
            (0..usize::from(length)).all(|bit| {
                let mask = 0x80 >> (bit % 8);
                one[bit / 8] & mask == other[bit / 8] & mask
            })
        };
        match (self.client, network) {
            (IpAddr::V4(client), IpAddr::V4(network)) => same(&client.octets(), &network.octets(), v4),
            (IpAddr::V6(client), IpAddr::V6(network)) => same(&client.octets(), &network.octets(), v6),
            _ => false,
        }
    }
}
