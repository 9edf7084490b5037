//! What happens to one record set, value by value.

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

use super::tokens::Kind;
use crate::plan::{Desired, Step};

/// A record set before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::output) struct SetChange {
    /// The name.
    pub(super) owner: Name,
    /// The type.
    pub(super) rtype: RrType,
    /// Seconds; none where there was no set.
    pub(super) old_ttl: Option<u32>,
    /// Seconds; none where no set is left.
    pub(super) new_ttl: Option<u32>,
    /// The values: those of before in their order, each with what takes its place, then those that are new.
    pub(super) rows: Vec<Row>,
}

/// What happens to one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// It stays as it is.
    Same(Rdata),
    /// It goes.
    Removed(Rdata),
    /// It comes.
    Added(Rdata),
    /// Another one comes in its place.
    Changed(Rdata, Rdata),
}

impl SetChange {
    /// What happens to a set. None stands for no set.
    fn new(owner: &Name, rtype: RrType, before: Option<&RecordSet>, after: Option<&RecordSet>) -> Self {
        let values = |set: Option<&RecordSet>| set.map_or_else(Vec::new, |set| set.values.clone());
        let rows = rows(values(before), values(after));
        let ttl = |set: Option<&RecordSet>| set.map(|set| set.ttl);
        Self { owner: owner.clone(), rtype, old_ttl: ttl(before), new_ttl: ttl(after), rows }
    }

    /// Whether anything is different afterwards.
    fn changes_something(&self) -> bool {
        self.old_ttl != self.new_ttl || self.rows.iter().any(|row| !matches!(row, Row::Same(_)))
    }

    /// The sets that a domain's desired state changes, by owner and type.
    pub(super) fn of_desired(desired: &Desired) -> Vec<Self> {
        let sets = desired.changes.statements().map(|(owner, rtype, after)| {
            let before = desired.originals.stated(owner, rtype).flatten();
            Self::new(owner, rtype, before, after)
        });
        sets.filter(Self::changes_something).collect()
    }

    /// The sets that a step of a plan changes, by type.
    pub(in crate::output) fn of_step(step: &Step) -> Vec<Self> {
        let mut types: Vec<RrType> = step.before.iter().chain(&step.after).map(|value| value.rdata.rtype()).collect();
        types.sort_unstable();
        types.dedup();
        let set = |values: &[mailvouch_providers::Value], rtype| {
            let of_type: Vec<_> = values.iter().filter(|value| value.rdata.rtype() == rtype).collect();
            let ttl = of_type.first()?.ttl;
            Some(RecordSet { ttl, values: of_type.iter().map(|value| value.rdata.clone()).collect() })
        };
        let sets = types.into_iter().map(|rtype| {
            let (before, after) = (set(&step.before, rtype), set(&step.after, rtype));
            Self::new(&step.owner, rtype, before.as_ref(), after.as_ref())
        });
        sets.filter(Self::changes_something).collect()
    }
}

/// Pairs what goes with what comes in its place: values of one kind, or the only two that are left.
fn rows(before: Vec<Rdata>, after: Vec<Rdata>) -> Vec<Row> {
    let mut coming = after;
    let mut rows: Vec<Row> = before
        .into_iter()
        .map(|value| match coming.iter().position(|other| *other == value) {
            Some(index) => Row::Same(coming.remove(index)),
            None => Row::Removed(value),
        })
        .collect();
    for row in &mut rows {
        if let Row::Removed(old) = row
            && let Some(index) = coming.iter().position(|new| is_same_record(old, new))
        {
            *row = Row::Changed(old.clone(), coming.remove(index));
        }
    }
    let left = rows.iter().filter(|row| matches!(row, Row::Removed(_))).count();
    for row in &mut rows {
        if let Row::Removed(old) = row
            && left == 1
            && coming.len() == 1
        {
            *row = Row::Changed(old.clone(), coming.remove(0));
        }
    }
    rows.extend(coming.into_iter().map(Row::Added));
    rows
}

/// Whether both are the same record to its reader: a domain has one SPF record, and one DMARC record.
fn is_same_record(old: &Rdata, new: &Rdata) -> bool {
    let kind = Kind::of(old);
    kind == Kind::of(new) && kind != Kind::Text
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailvouch_providers::dns::Txt;

    fn txt(text: &str) -> Rdata {
        Rdata::Txt(Txt::from_text(text.as_bytes()))
    }

    #[test]
    fn a_record_is_paired_with_what_takes_its_place() {
        let before = vec![txt("token"), txt("v=spf1 ~all"), txt("v=DMARC1; p=none")];
        let after = vec![txt("v=DMARC1; p=reject"), txt("v=spf1 -all"), txt("token"), txt("other")];
        let expected = [
            Row::Same(txt("token")),
            Row::Changed(txt("v=spf1 ~all"), txt("v=spf1 -all")),
            Row::Changed(txt("v=DMARC1; p=none"), txt("v=DMARC1; p=reject")),
            Row::Added(txt("other")),
        ];
        assert_eq!(rows(before, after), expected);
    }

    #[test]
    fn the_only_two_left_are_a_pair_and_more_are_not() {
        let one = rows(vec![txt("v=spf1;a -all")], vec![txt("v=spf1 a -all")]);
        assert_eq!(one, [Row::Changed(txt("v=spf1;a -all"), txt("v=spf1 a -all"))]);
        let two = rows(vec![txt("a"), txt("b")], vec![txt("c")]);
        assert_eq!(two, [Row::Removed(txt("a")), Row::Removed(txt("b")), Row::Added(txt("c"))]);
    }

    #[test]
    fn a_value_that_stands_there_twice_is_counted_twice() {
        assert_eq!(rows(vec![txt("a"), txt("a")], vec![txt("a")]), [Row::Same(txt("a")), Row::Removed(txt("a"))]);
    }
}
