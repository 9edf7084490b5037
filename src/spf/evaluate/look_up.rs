//! The mechanisms that compare what DNS holds with the client: `a`, `mx`, `ptr`, `exists` (RFC 7208, sections 5.3 to
//! 5.7), and `%{p}`.

use std::net::IpAddr;

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::check::Check;
use super::client::domain_name;
use super::expand::{reverse_name, unknown};
use super::problem::Problem;
use super::verdict::{Stop, Stopped};
use crate::published::State;
use crate::record::spf::{DualPrefix, Ip4Range, Ip6Range};
use crate::spf::tree::exchanges;
use crate::spf::{Class, Family, MX_LIMIT};

/// Names of the client that are looked at; the rest is ignored (RFC 7208, section 4.6.4).
const PTR_LIMIT: usize = 10;

impl Check<'_> {
    /// Section 5.3.
    pub(super) fn a(&mut self, step: usize, name: &Name, prefix: DualPrefix) -> Stopped<bool> {
        let Some(reply) = self.look_up(step, name, self.address_type()) else { return Ok(false) };
        match &reply.state {
            State::Found(set) => Ok(self.is_any_near(&set.values, prefix)),
            State::Absent(_) => self.spend_void().map(|()| false),
            State::Unknown(failure) => Err(Self::failed(name, self.address_type(), failure.clone())),
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
        let rtype = self.address_type();
        let replies: Vec<_> = exchanges.iter().map(|exchange| self.look_up(step, exchange, rtype)).collect();
        let mut matched = false;
        for (reply, exchange) in replies.iter().zip(exchanges) {
            match reply.as_ref().map(|reply| &reply.state) {
                Some(State::Found(set)) => matched |= self.is_any_near(&set.values, prefix),
                Some(State::Absent(_)) => self.spend_void()?,
                Some(State::Unknown(_)) if matched => break,
                Some(State::Unknown(failure)) => return Err(Self::failed(exchange, rtype, failure.clone())),
                None => {}
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
        let reply = self.look_up(step, name, self.address_type())?;
        // Nor does it count as void: whoever owns the record has no say in what names its strangers have.
        Some(Self::found(&reply.state).is_some_and(|values| self.is_any_near(values, DualPrefix::default())))
    }

    fn address_type(&self) -> RrType {
        Family::of(self.ip).choose(RrType::A, RrType::AAAA)
    }

    /// Whether the client agrees with one of the addresses in as many bits as count.
    fn is_any_near(&self, values: &[Rdata], prefix: DualPrefix) -> bool {
        values.iter().any(|value| match (value, self.ip) {
            (Rdata::A(address), IpAddr::V4(ip)) => {
                Ip4Range { address: *address, prefix: prefix.v4_bits() }.contains(ip)
            }
            (Rdata::Aaaa(address), IpAddr::V6(ip)) => {
                Ip6Range { address: *address, prefix: prefix.v6_bits() }.contains(ip)
            }
            _ => false,
        })
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
