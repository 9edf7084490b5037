//! What no change may do to a set of values, whoever asked for it. Pure.

use mailvouch_providers::dns::{Name, Rdata};

use crate::record::spf::NearMissKind;
use crate::record::{DmarcRecord, SpfRecord, dmarc, spf};

/// Why a set of values may not become another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    /// There would be several SPF or DMARC records, and no fewer than before.
    #[error("several records would stand where one may")]
    Several,
    /// There would be none, where there was one.
    #[error("no record would be left")]
    Gone,
    /// A text would go that is no mail record: a verification token, for one.
    #[error("{0} would go, and is no mail record")]
    NotOurs(Rdata),
}

/// Whether the values at `owner` may become others: no second SPF or DMARC record, not none where there was one, and
/// no text goes that has nothing to do with mail.
pub(super) fn check(owner: &Name, before: &[Rdata], after: &[Rdata]) -> Result<(), Broken> {
    let mut gone = before.iter().filter(|value| !after.contains(value));
    if let Some(stranger) = gone.find(|value| !is_mail(owner, value)) {
        return Err(Broken::NotOurs(stranger.clone()));
    }
    for is in ONE_AT_MOST.into_iter().filter(|_| !is_for_keys(owner)) {
        let of_kind = |values: &[Rdata]| values.iter().filter(|value| is(value)).cloned().collect::<Vec<_>>();
        let (had, has) = (of_kind(before), of_kind(after));
        if had == has {
            continue; // Whatever they are, this is about something else.
        }
        if has.is_empty() {
            return Err(Broken::Gone);
        }
        if has.len() > 1 && has.len() >= had.len() {
            return Err(Broken::Several);
        }
    }
    Ok(())
}

/// Whether there are no more SPF or DMARC records than there were, or one: what is taken back may leave what others
/// put there.
pub(super) fn adds_no_second(before: &[Rdata], after: &[Rdata]) -> bool {
    ONE_AT_MOST.into_iter().all(|is| count(after, is) <= count(before, is).max(1))
}

/// Whether a text is one that mail is read by, or was meant to be: only such are ever changed or taken away. Other types
/// hold nothing else.
fn is_mail(owner: &Name, value: &Rdata) -> bool {
    let Some(txt) = value.as_txt() else { return true };
    let joined = txt.joined();
    // A record behind some other text may be a part of that text.
    let meant_as_spf = || spf::near_miss(&joined).is_some_and(|miss| miss.kind != NearMissKind::NotAtStart);
    is_for_keys(owner) || is_spf(value) || is_dmarc(value) || meant_as_spf() || dmarc::near_miss(&joined).is_some()
}

/// Whether nothing but keys is looked for at a name (RFC 6376, section 3.6.2.1): any other text there is a mistake.
fn is_for_keys(owner: &Name) -> bool {
    owner.labels().any(|label| label == b"_domainkey")
}

/// Whether a value is an SPF record.
pub(super) fn is_spf(value: &Rdata) -> bool {
    value.as_txt().is_some_and(|txt| SpfRecord::parse(&txt.joined()).is_some())
}

fn is_dmarc(value: &Rdata) -> bool {
    value.as_txt().is_some_and(|txt| DmarcRecord::parse(&txt.joined()).is_some())
}

/// Whether a value is a record of which a name has one.
pub(super) fn is_record(value: &Rdata) -> bool {
    ONE_AT_MOST.into_iter().any(|is| is(value))
}

/// Kinds of records of which a name has one (RFC 7208, section 3.2; RFC 9989, section 4.10).
const ONE_AT_MOST: [fn(&Rdata) -> bool; 2] = [is_spf, is_dmarc];

fn count(values: &[Rdata], is: fn(&Rdata) -> bool) -> usize {
    values.iter().filter(|value| is(value)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailvouch_providers::dns::Txt;

    fn values(texts: &[&str]) -> Vec<Rdata> {
        texts.iter().map(|text| Rdata::Txt(Txt::from_text(text.as_bytes()))).collect()
    }

    fn at(owner: &str, before: &[&str], after: &[&str]) -> Result<(), Broken> {
        check(&owner.parse().expect("a name"), &values(before), &values(after))
    }

    const ALL: &str = "v=spf1 -all";
    const MX: &str = "v=spf1 mx -all";
    const TOKEN: &str = "MS=ms12345678";

    #[test]
    fn one_record_of_a_kind_and_never_none_where_there_was_one() {
        let domain = |before: &[&str], after: &[&str]| at("example.com", before, after);
        assert_eq!(domain(&[], &[ALL]), Ok(()));
        assert_eq!(domain(&[ALL], &[MX]), Ok(()));
        assert_eq!(domain(&[ALL], &[ALL, MX]), Err(Broken::Several));
        assert_eq!(domain(&[], &[ALL, MX]), Err(Broken::Several));
        assert_eq!(domain(&[ALL], &[]), Err(Broken::Gone));
        assert_eq!(domain(&[ALL, MX], &[MX]), Ok(()));
        assert_eq!(domain(&[ALL, MX], &[]), Err(Broken::Gone));
        // Two that were there already: the change has to leave fewer, or was made for another set.
        assert_eq!(domain(&[ALL, MX], &[ALL, "v=spf1 a -all"]), Err(Broken::Several));
        assert_eq!(domain(&[ALL, MX, "v=spf1 a -all"], &[ALL, MX]), Ok(()));
        assert_eq!(domain(&[ALL, MX, "v=spf1;a"], &[ALL, MX]), Ok(()), "these are not what it is about");
        let dmarc = |before: &[&str], after: &[&str]| at("_dmarc.example.com", before, after);
        assert_eq!(dmarc(&["v=DMARC1; p=none"], &["v=DMARC1; p=reject"]), Ok(()));
        assert_eq!(dmarc(&["v=DMARC1; p=none"], &["v=DMARC1; p=none", "v=DMARC1; p=reject"]), Err(Broken::Several));
        assert_eq!(dmarc(&["v=DMARC1; p=none"], &[]), Err(Broken::Gone));
    }

    #[test]
    fn what_is_not_ours_stays() {
        let stranger = |text: &str| Err(Broken::NotOurs(values(&[text]).remove(0)));
        assert_eq!(at("example.com", &[ALL, TOKEN], &[MX, TOKEN]), Ok(()));
        assert_eq!(at("example.com", &[ALL, TOKEN], &[MX]), stranger(TOKEN));
        assert_eq!(at("_dmarc.example.com", &["v=DMARC1;p=none", TOKEN], &["v=DMARC1; p=none"]), stranger(TOKEN));
        assert_eq!(at("example.com", &["v=spf1;mx", "v=dmarc1; p=none"], &[]), Ok(()));
        let both = "MS=ms12345678 v=spf1 mx -all";
        assert_eq!(at("example.com", &[both, ALL], &[ALL]), stranger(both));
        assert_eq!(at("s1._domainkey.example.com", &["anything", ALL], &[]), Ok(()));
    }
}
