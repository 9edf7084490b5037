//! The mechanisms that compare what DNS holds with the client: `a`, `mx`, `ptr`, `exists` (RFC 7208, sections 5.3 to
//! 5.7), and `%{p}`.

use std::net::IpAddr;

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::check::Check;
use super::client::domain_name;
use super::expand::{reverse_name, unknown};
use super::problem::Problem;
use super::verdict::{Stop, Stopped};
use crate::published::{Failure, State};
use crate::record::spf::DualPrefix;
use crate::spf::tree::exchanges;
use crate::spf::{Class, Family, MX_LIMIT};

/// Names of the client that are looked at; the rest is ignored (RFC 7208, section 4.6.4).
const PTR_LIMIT: usize = 10;

/// What asking for the addresses of a name came to.
enum Addresses {
    Found(Vec<IpAddr>),
    None,
    Failed(Failure),
    NotYet,
}

impl Check<'_> {
    /// Section 5.3.
    pub(super) fn a(&mut self, step: usize, name: &Name, prefix: DualPrefix) -> Stopped<bool> {
        match self.addresses(step, name) {
            Addresses::Found(found) => Ok(found.into_iter().any(|address| self.is_near(address, prefix))),
            Addresses::None => self.spend_void().map(|()| false),
            Addresses::Failed(failure) => Err(Self::failed(name, self.address_type(), failure)),
            Addresses::NotYet => Ok(false),
        }
    }

    /// Section 5.4: all exchanges, in the order of their preference, then the client is compared. One that matches
    /// counts; one that cannot be looked up ends the evaluation, unless one before it matched (section 5). There is no
    /// falling back to the name itself.
    pub(super) fn mx(&mut self, step: usize, name: &Name, prefix: DualPrefix) -> Stopped<bool> {
        let Some(reply) = self.look_up(step, name, RrType::MX) else { return Ok(false) };
        let exchanges = match &reply.state {
            State::Unknown(failure) => return Err(Self::failed(name, RrType::MX, failure.clone())),
            State::Absent(_) => return self.spend_void().map(|()| false),
            State::Found(set) => exchanges(&set.values),
        };
        if exchanges.len() > MX_LIMIT {
            let problem = Problem::MxLimit { name: name.clone(), count: exchanges.len() };
            return Err(Stop::new(Class::PermError, problem));
        }
        // All are asked before any is judged: that is one round.
        let found: Vec<_> = exchanges.into_iter().map(|name| (self.addresses(step, &name), name)).collect();
        let mut matched = false;
        for (addresses, exchange) in found {
            match addresses {
                Addresses::Found(found) => matched |= found.into_iter().any(|address| self.is_near(address, prefix)),
                Addresses::None => self.spend_void()?,
                Addresses::Failed(_) if matched => break,
                Addresses::Failed(failure) => return Err(Self::failed(&exchange, self.address_type(), failure)),
                Addresses::NotYet => {}
            }
        }
        Ok(matched)
    }

    /// Section 5.7: IPv4, whatever the client has.
    pub(super) fn exists(&mut self, step: usize, name: &Name) -> Stopped<bool> {
        let Some(reply) = self.look_up(step, name, RrType::A) else { return Ok(false) };
        match &reply.state {
            State::Found(_) => Ok(true),
            State::Absent(_) => self.spend_void().map(|()| false),
            State::Unknown(failure) => Err(Self::failed(name, RrType::A, failure.clone())),
        }
    }

    /// Section 5.5. Only names that could match are looked up.
    pub(super) fn ptr(&mut self, step: usize, target: &Name) -> Stopped<bool> {
        let Some(reverse) = reverse_name(self.ip) else { return Ok(false) };
        let Some(reply) = self.look_up(step, &reverse, RrType::PTR) else { return Ok(false) };
        match &reply.state {
            // An error is no match, not a temperror.
            State::Unknown(_) => Ok(false),
            State::Absent(_) => self.spend_void().map(|()| false),
            State::Found(set) => {
                let names: Vec<Name> = reverse_names(&set.values);
                let names = names.into_iter().filter(|name| name.is_at_or_below(target));
                let validated: Vec<_> = names.map(|name| self.is_validated(step, &name)).collect();
                Ok(validated.contains(&Some(true)))
            }
        }
    }

    /// `%{p}` (section 7.3): the domain itself where the client has that name, else a name below it, else any name,
    /// else `unknown`. None while that cannot be told.
    pub(super) fn validated_name(&mut self, step: usize, domain: &str) -> Option<String> {
        let Some(reverse) = reverse_name(self.ip) else { return Some(unknown()) };
        let reply = self.look_up(step, &reverse, RrType::PTR)?;
        let names = reverse_names(Self::found(&reply.state).unwrap_or_default());
        let validated: Vec<_> = names.iter().map(|name| self.is_validated(step, name)).collect();
        let validated = validated.into_iter().collect::<Option<Vec<bool>>>()?;
        let names: Vec<&Name> = names.iter().zip(validated).filter(|(_, is)| *is).map(|(name, _)| name).collect();
        let domain = domain_name(domain);
        let is_domain = |name: &&&Name| Some(**name) == domain.as_ref();
        let is_below = |name: &&&Name| domain.as_ref().is_some_and(|domain| name.is_at_or_below(domain));
        let best = names.iter().find(is_domain).or_else(|| names.iter().find(is_below)).or_else(|| names.first());
        Some(best.map_or_else(unknown, ToString::to_string))
    }

    /// Whether the name leads back to the client; no, where that cannot be looked up. None while it is not known.
    fn is_validated(&mut self, step: usize, name: &Name) -> Option<bool> {
        match self.addresses(step, name) {
            Addresses::Found(found) => Some(found.contains(&self.ip)),
            // Nor does it count as void: whoever owns the record has no say in what names its strangers have.
            Addresses::None | Addresses::Failed(_) => Some(false),
            Addresses::NotYet => None,
        }
    }

    /// The addresses of a name, of the client's family.
    fn addresses(&mut self, step: usize, name: &Name) -> Addresses {
        let Some(reply) = self.look_up(step, name, self.address_type()) else { return Addresses::NotYet };
        match &reply.state {
            State::Found(set) => Addresses::Found(
                set.values
                    .iter()
                    .filter_map(|value| match value {
                        Rdata::A(address) => Some(IpAddr::V4(*address)),
                        Rdata::Aaaa(address) => Some(IpAddr::V6(*address)),
                        _ => None,
                    })
                    .collect(),
            ),
            State::Absent(_) => Addresses::None,
            State::Unknown(failure) => Addresses::Failed(failure.clone()),
        }
    }

    fn address_type(&self) -> RrType {
        Family::of(self.ip).choose(RrType::A, RrType::AAAA)
    }

    /// Whether the client agrees with an address in as many bits as count.
    fn is_near(&self, address: IpAddr, prefix: DualPrefix) -> bool {
        let bits = Family::of(address).choose(prefix.v4_bits(), prefix.v6_bits());
        IpNet::new(address, bits).is_ok_and(|network| network.contains(&self.ip))
    }
}

/// The names that a client claims, as many as are looked at.
fn reverse_names(values: &[Rdata]) -> Vec<Name> {
    let names = values.iter().filter_map(|value| match value {
        Rdata::Ptr(name) => Some(name.clone()),
        _ => None,
    });
    names.take(PTR_LIMIT).collect()
}
