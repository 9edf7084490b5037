//! All checks of a case, in one run.

use mailvouch_providers::dns::Name;

use super::case::Case;
use super::check::State;
use super::{authentication, block_lists, hosts};
use crate::observed::bounce::Check;
use crate::published::Ask;

/// The checks, the first those that receivers look at first.
pub fn checks(ask: &Ask<'_>, case: &Case) -> Vec<Check> {
    let spf = authentication::spf(ask, case);
    let class = spf.as_ref().filter(|_| case.address.is_some()).map(|(_, class)| *class);
    let mut all: Vec<Check> = spf.map(|(check, _)| check).into_iter().collect();
    all.extend(authentication::spf_helo(ask, case));
    let keys = authentication::dkim(ask, case);
    // Without a key no signature verifies, whoever made it.
    let may_verify = case.signatures.iter().zip(&keys).filter(|(_, (_, state))| *state != State::Bad);
    let signers: Vec<Name> = may_verify.map(|((domain, _), _)| domain.clone()).collect();
    all.extend(keys.into_iter().map(|(check, _)| check));
    all.extend(authentication::dmarc(ask, case, class, &signers));
    all.extend(hosts::reverse(ask, case));
    all.extend(hosts::route(ask, case));
    all.extend(block_lists::block_lists(ask, case));
    all
}
