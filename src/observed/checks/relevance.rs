//! Which checks have to do with which cause.

use crate::observed::bounce::{CheckId, Direction};

/// What a check has to do with a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relevance {
    /// It is what the receiver judged by.
    Cause,
    /// The receiver takes it into account.
    Weighs,
    /// It has nothing to do with it.
    Nothing,
}

/// Words in the ids of causes, and what those are about; nothing, where it is none of the checks.
const ABOUT: &[(&str, &[CheckId])] = &[
    ("spf", &[CheckId::Spf, CheckId::SpfHelo]),
    ("dkim", &[CheckId::Dkim]),
    ("dmarc", &[CheckId::Dmarc, CheckId::Spf, CheckId::Dkim]),
    ("not-aligned", &[CheckId::Dmarc, CheckId::Spf, CheckId::Dkim]),
    ("unauthenticated", &[CheckId::Spf, CheckId::Dkim]),
    ("authentication-level", &[CheckId::Spf, CheckId::Dkim, CheckId::Dmarc]),
    ("authentication-failed", &[CheckId::Spf, CheckId::Dkim, CheckId::Dmarc]),
    ("ipv6-guidelines", &[CheckId::Spf, CheckId::Dkim, CheckId::ReverseName]),
    ("reverse-name", &[CheckId::ReverseName]),
    ("bad-helo", &[CheckId::SpfHelo, CheckId::ReverseName]),
    ("from-unresolvable", &[CheckId::Route]),
    ("sender-domain-not-found", &[CheckId::Route]),
    ("sender-null-mx", &[CheckId::Route]),
    ("dnsbl", &[CheckId::BlockList]),
    ("block-listed", &[CheckId::BlockList]),
    ("spamhaus", &[CheckId::BlockList]),
    ("proofpoint", &[CheckId::BlockList]),
    ("tls", &[]),
    ("encryption", &[]),
    ("arc-failed", &[]),
];

/// What a check has to do with a cause.
pub fn relevance(check: CheckId, reason: &str, direction: Direction) -> Relevance {
    let named = || ABOUT.iter().filter(|(word, _)| reason.contains(word));
    if named().any(|(_, checks)| checks.contains(&check)) {
        return Relevance::Cause;
    }
    let proof =
        matches!(check, CheckId::Spf | CheckId::SpfHelo | CheckId::Dkim | CheckId::Dmarc | CheckId::ReverseName);
    match direction {
        // Where the cause says which of them it is, the others only weigh.
        Direction::Authentication if proof => {
            if named().next().is_some() {
                Relevance::Weighs
            } else {
                Relevance::Cause
            }
        }
        // A block of an address is of its reputation, whoever signed. Which list a receiver goes by, it seldom says.
        Direction::InboundIp if matches!(check, CheckId::BlockList | CheckId::ReverseName) => Relevance::Weighs,
        // Unproven mail is slowed down sooner.
        Direction::Rate | Direction::Content if proof || check == CheckId::BlockList => Relevance::Weighs,
        Direction::Unknown if proof || matches!(check, CheckId::Route | CheckId::BlockList) => Relevance::Weighs,
        // Mail of a domain without MX and address leaves Microsoft through its pool of addresses of high risk.
        Direction::OutboundTenant if check == CheckId::Route => Relevance::Weighs,
        Direction::Network if matches!(check, CheckId::Route | CheckId::ReverseName) => Relevance::Weighs,
        _ => Relevance::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::bounce::entries;

    const ALL: [CheckId; 8] = [
        CheckId::Spf,
        CheckId::SpfHelo,
        CheckId::Dkim,
        CheckId::Dmarc,
        CheckId::ReverseName,
        CheckId::Route,
        CheckId::BlockList,
        CheckId::DomainAge,
    ];

    /// Whether a check may be called the cause of some bounce of this direction.
    fn causes(direction: Direction) -> Vec<CheckId> {
        let of = entries().iter().filter(|entry| entry.direction == direction);
        let mut causes: Vec<CheckId> = of
            .flat_map(|entry| ALL.into_iter().filter(|id| relevance(*id, &entry.reason, direction) == Relevance::Cause))
            .collect();
        causes.sort_unstable();
        causes.dedup();
        causes
    }

    #[test]
    fn no_record_is_called_the_cause_of_what_is_no_matter_of_records() {
        for direction in [
            Direction::OutboundTenant,
            Direction::Content,
            Direction::Rate,
            Direction::RecipientRule,
            Direction::RecipientAddress,
            Direction::Mailbox,
            Direction::Relay,
            Direction::ReceiverSystem,
            Direction::Unknown,
        ] {
            assert_eq!(causes(direction), [], "{direction:?}");
        }
        assert_eq!(causes(Direction::InboundIp), [CheckId::BlockList]);
        assert_eq!(causes(Direction::Network), [CheckId::Route]);
    }

    #[test]
    fn every_word_is_in_a_cause() {
        for (word, _) in ABOUT {
            assert!(entries().iter().any(|entry| entry.reason.contains(word)), "{word}");
        }
    }

    #[test]
    fn each_refusal_for_authentication_is_about_something() {
        for entry in entries().iter().filter(|entry| entry.direction == Direction::Authentication) {
            let some = |wanted| ALL.into_iter().any(|id| relevance(id, &entry.reason, entry.direction) == wanted);
            assert!(some(Relevance::Cause) || some(Relevance::Weighs), "{}", entry.reason);
        }
        // A tenant that may not send is not helped by records; a domain that can take no mail makes it worse.
        let tenant = |id| relevance(id, "tenant-traffic-not-accepted", Direction::OutboundTenant);
        assert_eq!((tenant(CheckId::Spf), tenant(CheckId::Route)), (Relevance::Nothing, Relevance::Weighs));
    }
}
