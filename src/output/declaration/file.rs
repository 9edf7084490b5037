//! The file as a whole.

use jiff::civil::Date;

use super::domain::domain;
use super::toml::{comment, key, list, remarks, string};
use crate::output::words::{count, some};
use crate::survey::{Draft, Group, Remark, Seen, SenderDraft, Servers};

/// Most terms and names that are shown beside one address.
const MOST: usize = 3;

/// The draft as a file.
pub fn text(draft: &Draft, day: Date) -> String {
    let mut text = head(draft, day);
    for group in &draft.groups {
        text += &egress(group);
    }
    for sender in &draft.senders {
        text += &section(sender);
    }
    text += &provider(draft.servers.as_ref());
    for each in &draft.domains {
        text += &domain(each);
    }
    text
}

fn head(draft: &Draft, day: Date) -> String {
    let names: Vec<String> = draft.domains.iter().map(|domain| domain.domain.to_string()).collect();
    let mut text =
        comment(&format!("Who sends mail as {}, taken from DNS by `mailvouch init` on {day}.", some(&names, 10)));
    text += "#\n";
    text += &comment(
        "DNS says who is let through, and not who should be. `seen:` is what stands there, `not seen:` what no answer came \
         for (it may be there or not), and `decide:` asks what only you can tell. When all is decided, `mailvouch check` \
         says what is wrong, and `mailvouch diff` what would be changed.",
    );
    if draft.is_partly_unseen() {
        text += "#\n";
        text += &comment("PART OF IT COULD NOT BE SEEN: look for `not seen:`, and run `init` again to another file.");
    }
    text += "#\n";
    text += &comment(
        "decide: shall nobody else pass, ever? Then `exclusive = true` in `spf`. 5,000 messages a day or more to one \
         receiver? Then `bulk = true` at the domain.",
    );
    text + "version = 1\n"
}

fn egress(group: &Group) -> String {
    let domains: Vec<String> = group.domains.iter().map(ToString::to_string).collect();
    let mut text = format!("\n{}", comment(&format!("Addresses that may send as {}.", some(&domains, MOST))));
    let is_sample = group.addresses.iter().any(|seen| seen.is_sample);
    let mut decide =
        "does mail leave from all of these, and are they all yours? Group them as they change together; what \
                      goes on a day gets `until`, what comes `from`"
            .to_owned();
    if is_sample {
        decide += ". A name gave several addresses: there may be more behind it than one answer shows";
    }
    text += &remarks(&[Remark::decide(decide)]);
    text += &format!("[egress.{}]\naddresses = [\n", key(&group.name));
    for seen in &group.addresses {
        text += &address(seen);
    }
    text += "]\n";
    let mut names: Vec<String> = group.addresses.iter().flat_map(|seen| &seen.names).map(ToString::to_string).collect();
    names.sort();
    names.dedup();
    if !names.is_empty() {
        names.truncate(20);
        text += &remarks(&[Remark::decide("how do they greet (HELO)? Their reverse names would be")]);
        text += &commented(&format!("helo = {}", list(&names)));
    }
    text
}

fn address(seen: &Seen) -> String {
    let network = seen.network;
    let single = network.prefix_len() == network.max_prefix_len();
    let written = if single { network.addr().to_string() } else { network.to_string() };
    let mut why = some(&seen.terms, MOST);
    if !seen.names.is_empty() {
        let names: Vec<String> = seen.names.iter().map(ToString::to_string).collect();
        why += &format!("; its reverse name is {}", some(&names, MOST));
    }
    let mut lines = comment(&why);
    if seen.is_nameless {
        lines += &remarks(&[Remark::decide("does mail leave from here at all? It has no reverse name")]);
    }
    let lines: String = lines.lines().flat_map(|line| ["    ", line, "\n"]).collect();
    lines + &format!("    {},\n", string(&written))
}

fn section(sender: &SenderDraft) -> String {
    let mut text = format!("\n{}[senders.{}]\n", remarks(&sender.remarks), key(&sender.id));
    let includes: Vec<String> = sender.include.iter().map(ToString::to_string).collect();
    text += &match includes.as_slice() {
        [one] => format!("include = {}\n", string(one)),
        several => format!("include = {}\n", list(several)),
    };
    text
}

/// Where records could be changed: by who serves the zone, where that tells it.
fn provider(servers: Option<&Servers>) -> String {
    let mut text = String::from("\n");
    text += &remarks(&[Remark::decide(
        "where are the records changed? Until that is said, they are linted and compared, and nothing is written",
    )]);
    let mut lines = vec!["[providers.dns]".to_owned()];
    let ends =
        |end: &str| servers.is_some_and(|servers| servers.names.iter().any(|name| name.to_string().ends_with(end)));
    let has =
        |part: &str| servers.is_some_and(|servers| servers.names.iter().any(|name| name.to_string().contains(part)));
    if let Some(servers) = servers {
        let names: Vec<String> = servers.names.iter().map(mailvouch_providers::dns::Name::absolute).collect();
        let names = format!("{} NS: {}", servers.zone.absolute(), some(&names, 4));
        text += &remarks(&[Remark::seen(names)]);
    }
    lines.extend(
        match () {
            () if ends(".ns.cloudflare.com") => &["kind = \"cloudflare\"", "token-env = \"CLOUDFLARE_API_TOKEN\""][..],
            () if has(".awsdns-") => &["kind = \"route53\""],
            () if ends(".googledomains.com") => &["kind = \"google-cloud-dns\""],
            () if has(".azure-dns.") => &["kind = \"azure-dns\"", "subscription = \"…\""],
            () if ends(".digitalocean.com") => &["kind = \"digitalocean\"", "token-env = \"DIGITALOCEAN_TOKEN\""],
            () if ends(".gandi.net") => &["kind = \"gandi\"", "token-env = \"GANDI_PERSONAL_ACCESS_TOKEN\""],
            () if ends(".ns.hetzner.com") || ends(".ns.hetzner.de") => {
                &["kind = \"hetzner\"", "token-env = \"HCLOUD_TOKEN\""]
            }
            () if ends(".desec.io") || ends(".desec.org") => &["kind = \"desec\"", "token-env = \"DESEC_TOKEN\""],
            () => &["kind = \"manual\"        # or another: see docs/providers"],
        }
        .iter()
        .map(|line| (*line).to_owned()),
    );
    text + &commented(&lines.join("\n"))
}

/// Lines of TOML that wait to be taken in.
pub(super) fn commented(lines: &str) -> String {
    lines.lines().flat_map(|line| ["# ", line, "\n"]).collect()
}

/// What is in the file, in one line.
pub(super) fn contents(draft: &Draft) -> String {
    let selectors = draft.domains.iter().flat_map(|domain| &domain.dkim);
    let selectors = selectors.filter(|key| key.stands != crate::survey::Stands::Nothing).count();
    let mut senders: Vec<&String> = draft.domains.iter().flat_map(|domain| &domain.senders).collect();
    senders.sort();
    senders.dedup();
    format!(
        "{}, {} of addresses, {}, {}",
        count(draft.domains.len(), "domain"),
        count(draft.groups.len(), "group"),
        count(senders.len(), "sender"),
        count(selectors, "selector")
    )
}
