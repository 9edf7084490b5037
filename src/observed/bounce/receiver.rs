//! Who refused: by what only that receiver writes, by the name of its server, by the recipient's domain.

use super::address;
use super::catalogue::{Receiver, receivers};

/// What is known of a refusal.
pub(super) struct Refusal<'a> {
    /// The answer, [plain](super::prose::plain), without what the server before says of it.
    pub(super) answer: &'a str,
    pub(super) remote_mta: Option<&'a str>,
    pub(super) reporting_mta: Option<&'a str>,
    pub(super) recipient: Option<&'a str>,
}

/// Domains of people's mailboxes that tell the receiver by themselves.
const CONSUMER: [(&str, Receiver); 16] = [
    ("outlook.com", Receiver::OutlookCom),
    ("hotmail.com", Receiver::OutlookCom),
    ("live.com", Receiver::OutlookCom),
    ("msn.com", Receiver::OutlookCom),
    ("hotmail.co.uk", Receiver::OutlookCom),
    ("hotmail.fr", Receiver::OutlookCom),
    ("gmail.com", Receiver::Gmail),
    ("googlemail.com", Receiver::Gmail),
    ("googlegroups.com", Receiver::Gmail),
    ("yahoo.com", Receiver::Yahoo),
    ("aol.com", Receiver::Yahoo),
    ("ymail.com", Receiver::Yahoo),
    ("rocketmail.com", Receiver::Yahoo),
    ("icloud.com", Receiver::Apple),
    ("me.com", Receiver::Apple),
    ("mac.com", Receiver::Apple),
];

/// The receiver, and by what it is recognised.
pub(super) fn recognised(refusal: &Refusal<'_>) -> (Receiver, String) {
    let by_mark = receivers().iter().find_map(|info| {
        let mark = info.marks.iter().find(|mark| refusal.answer.contains(mark.as_str()))?;
        Some((info.id, format!("by \"{}\" in its answer", mark.trim_matches([' ', '-', '.', '[']))))
    });
    let by_remote = || {
        let (receiver, name) = by_host(refusal.remote_mta?)?;
        Some((receiver, format!("by the name of its server, {name}")))
    };
    let by_recipient = || {
        let domain = address::domain(refusal.recipient?)?;
        let (_, receiver) = CONSUMER.iter().find(|(known, _)| *known == domain)?;
        Some((*receiver, format!("by the recipient's domain, {domain}")))
    };
    // Where no other server is named, whoever wrote the bounce refused.
    let by_reporter = || {
        let (receiver, name) = by_host(refusal.reporting_mta.filter(|_| refusal.remote_mta.is_none())?)?;
        Some((receiver, format!("by the server that wrote the bounce, {name}, which names no other")))
    };
    // Both Microsofts leave the same marks; the name of the server, or the recipient's domain, tells them apart.
    let is_either = |found: &(Receiver, String)| found.0 == Receiver::Microsoft365;
    let outlook = || by_remote().or_else(by_recipient).filter(|found| found.0 == Receiver::OutlookCom);
    let by_mark = match by_mark {
        Some(found) if is_either(&found) => outlook().or(Some(found)),
        other => other,
    };
    by_mark
        .or_else(by_remote)
        .or_else(by_recipient)
        .or_else(by_reporter)
        .unwrap_or_else(|| (Receiver::Other, "nothing in the bounce tells whose server it is".to_owned()))
}

/// The receiver whose server has this name.
pub(super) fn by_host(name: &str) -> Option<(Receiver, String)> {
    let name = name.trim_end_matches('.').to_lowercase();
    let of = |host: &str| name == host || name.strip_suffix(host).is_some_and(|front| front.ends_with('.'));
    receivers().iter().find(|info| info.hosts.iter().any(|host| of(host))).map(|info| (info.id, name.clone()))
}
