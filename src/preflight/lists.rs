//! What DNS block lists say of the new addresses: asked only where somebody names one, since it tells its operator what is
//! looked at.

use std::net::IpAddr;

use mailvouch_providers::dns::Name;

use super::{Preflight, Request};
use crate::observed::checks::Listing;
use crate::published::{Ask, Gatherer};

/// Asks each list about each new address, and notes what that means for the move.
pub(super) async fn look_up(gatherer: &Gatherer, zones: &[Name], preflight: &mut Preflight) {
    if zones.is_empty() {
        return;
    }
    let addresses = singles(&preflight.request);
    let all = |ask: &Ask<'_>| -> Vec<(IpAddr, Name, Option<Listing>)> {
        let pairs = addresses.iter().flat_map(|address| zones.iter().map(move |zone| (*address, zone)));
        pairs.map(|(address, zone)| (address, zone.clone(), Listing::of(ask, address, zone))).collect()
    };
    for (address, zone, listing) in gatherer.run(None, all).await.result {
        let codes = |codes: &[std::net::Ipv4Addr]| {
            let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
            codes.join(", ")
        };
        match listing {
            None => preflight.unknowns.push(format!("{zone} cannot be asked about {address}: the name is too long")),
            Some(Listing::Absent) => preflight.notes.push(format!("{address} is not on {zone}")),
            Some(Listing::Listed(listed, words)) => {
                let words = if words.is_empty() { String::new() } else { format!(": {}", words.join("; ")) };
                preflight.obstacles.push(format!(
                    "{address} is on {zone} ({}){words}; have it taken off before mail leaves from there",
                    codes(&listed)
                ));
            }
            Some(Listing::Refused(answered)) => preflight.unknowns.push(format!(
                "whether {address} is on {zone}: it does not answer your resolver ({}), which is no listing; ask through a \
                 resolver of your own (`--resolver`), or as the list says",
                codes(&answered)
            )),
            Some(Listing::Unknown(failed)) => {
                preflight.unknowns.push(format!("whether {address} is on {zone}: {}", failed.1));
            }
        }
    }
    if addresses.len() < preflight.request.arrivals.len() {
        preflight.notes.push("block lists are asked about single addresses, not about ranges".to_owned());
    }
}

/// The new addresses that are no ranges.
fn singles(request: &Request) -> Vec<IpAddr> {
    let networks = request.arrivals.iter().map(|arrival| arrival.network);
    networks.filter(|network| network.prefix_len() == network.max_prefix_len()).map(|network| network.addr()).collect()
}
