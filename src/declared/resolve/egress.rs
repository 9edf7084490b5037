//! Egress groups.

use crate::declared::model::EgressGroup;
use crate::declared::problem::{Problem, Problems};
use crate::declared::raw::{self, Section};
use crate::declared::suggest::quoted;
use crate::declared::table::Field;

use super::values;

pub(super) fn resolve(section: Section<raw::Egress>, problems: &Problems) -> Option<EgressGroup> {
    let before = problems.count();
    let Section { name, span, content, sound } = section;
    let raw::Egress { addresses, helo, from, until } = content?;
    let empty = match &addresses {
        Field::Absent => Some(span),
        Field::Given(list) if list.value.is_empty() => Some(list.span.clone()),
        Field::Given(_) | Field::Broken => None,
    };
    if let Some(span) = empty.filter(|_| sound) {
        let message = format!("the egress group {} has no addresses", quoted(&name.value));
        problems.add(Problem::new(&span, message).help("add `addresses = [\"…\"]`: those that receivers see"));
    }
    let group = EgressGroup {
        name,
        addresses: values::networks(addresses, problems),
        helo: values::name_list(helo, problems),
        from: values::moment(from, problems),
        until: values::moment(until, problems),
    };
    if let (Some(from), Some(until)) = (&group.from, &group.until)
        && until.value.ends() <= from.value.starts()
    {
        let message = format!("`until` ({}) comes before `from` ({})", until.value, from.value);
        problems.add(Problem::new(&until.span, message).related(&from.span, "`from` stands here"));
    }
    (problems.count() == before).then_some(group)
}
