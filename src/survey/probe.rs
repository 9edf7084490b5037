//! DKIM keys are found only by asking for the right name (RFC 6376, section 3.6.2.1): the usual ones are tried.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};

use crate::declared::{probed_selectors, selector_argument};
use crate::lint::unused_selector;
use crate::published::{Ask, Failure, Reply, State};

/// What came of asking for selectors.
#[derive(Clone, Debug, Default)]
pub struct Probes {
    /// How many were asked for.
    pub asked: usize,
    /// Those at which something stands, or which are aliases; in the order in which they were asked for.
    pub found: Vec<String>,
    /// Those that somebody named, and at which nothing stands.
    pub missing: Vec<String>,
    /// Those that no answer came for.
    pub failed: Vec<(String, Failure)>,
    /// A selector that nobody uses, where that is answered too: a wildcard stands there, and what it answers is no key
    /// of anybody's.
    pub wildcard: Option<Name>,
}

impl Probes {
    /// Asks for `named`, then for those of the catalogue.
    pub(super) fn of(ask: &Ask<'_>, domain: &Name, named: &[String]) -> Self {
        let unused = unused_selector(domain);
        // No verdict rests on it, and without an answer every selector is taken for what it says.
        let made = unused.as_ref().and_then(|owner| ask.get_thorough(owner, RrType::TXT)).filter(|reply| stands(reply));
        let mut probes = Self { wildcard: unused.filter(|_| made.is_some()), ..Self::default() };
        let mut seen = Vec::new();
        for selector in named.iter().map(String::as_str).chain(probed_selectors()) {
            let Ok(owner) = selector_argument(selector, domain) else { continue };
            if seen.contains(&owner) {
                continue;
            }
            probes.asked += 1;
            let is_named = probes.asked <= named.len();
            let reply = ask.get(&owner, RrType::TXT);
            seen.push(owner);
            let Some(reply) = reply else { continue };
            if let State::Unknown(failure) = &reply.state {
                probes.failed.push((selector.to_owned(), failure.clone()));
            } else if stands(&reply) && !made.as_ref().is_some_and(|made| is_same(made, &reply)) {
                probes.found.push(selector.to_owned());
            } else if is_named {
                probes.missing.push(selector.to_owned());
            }
        }
        probes
    }
}

/// Whether something is there: a record, or an alias, wherever it leads.
fn stands(reply: &Reply) -> bool {
    reply.records().is_some() || reply.is_alias()
}

/// Whether a wildcard answered both.
fn is_same(made: &Arc<Reply>, reply: &Arc<Reply>) -> bool {
    let values = |reply: &Reply| reply.records().map(|set| set.values.clone());
    reply.chain == made.chain && values(reply) == values(made)
}
