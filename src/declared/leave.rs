//! Leave for a finding to stand: a reason, and the last day. `ignore` of a declaration and baselines both give it.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mailvouch_providers::dns::Name;

use super::dates::Moment;
use super::problem::{Problem, Problems};
use super::source::At;
use super::suggest::quoted;
use super::table::{Node, Shape, Table};

const SHAPE: Shape = Shape { what: "a rule to ignore", example: "`RULE = { reason = \"…\", expires = 2027-03-31 }`" };

/// Why a finding may stand, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Why; never empty.
    pub reason: String,
    /// The last day, in UTC.
    pub expires: Date,
}

/// A rule that a domain ignores: what it finds there may stand, and nothing is planned for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredRule {
    /// The rule's id; the span is that of the key.
    pub rule: At<String>,
    /// Why, and until when.
    pub leave: Leave,
}

impl Leave {
    /// So many days a new entry of a baseline may stand, unless somebody writes another date.
    const DAYS: i64 = 90;

    /// The leave of an entry that is written now.
    pub fn for_now(reason: &str, now: Timestamp) -> Self {
        let day = TimeZone::UTC.to_datetime(now).date();
        let expires = day.checked_add(jiff::Span::new().days(Self::DAYS)).unwrap_or(Date::MAX);
        Self { reason: reason.to_owned(), expires }
    }

    /// Whether its last day is past.
    pub fn is_over(&self, now: Timestamp) -> bool {
        Moment::Day(self.expires).ends() <= now
    }

    /// What is to be said once it is over and the finding stands.
    pub fn overdue(&self, rule: &str, domain: &Name) -> (String, &'static str) {
        let message = format!("`{rule}` of {domain} was to be gone by {}", self.expires);
        (message, "it counts again: mend it, or write a later day with its reason")
    }

    /// Reads both keys of a table; what is wrong with the whole table is told at `span`.
    pub(super) fn read(table: &mut Table<'_, '_>, span: &Range<usize>, problems: &Problems) -> Option<Self> {
        let (reason, expires) = (table.text("reason"), table.date("expires"));
        let lacks = |key: &str, help: &str| problems.add(Problem::new(span, format!("`{key}` is missing")).help(help));
        if reason.is_absent() {
            lacks("reason", "say why the finding may stand: `reason = \"…\"`");
        }
        if expires.is_absent() {
            lacks("expires", "write the last day on which it may stand: `expires = 2027-03-31`");
        }
        let reason = reason.given().filter(|reason| {
            let is_empty = reason.value.trim().is_empty();
            if is_empty {
                let help = "say why the finding may stand: whoever reads this next year wants to know";
                problems.add(Problem::new(&reason.span, "the reason is empty").help(help));
            }
            !is_empty
        });
        let expires = expires.given().and_then(|At { value, span }| match Moment::from_toml(&value) {
            Ok(Moment::Day(day)) => Some(day),
            Ok(Moment::Instant(_)) | Err(_) => {
                problems.add(Problem::new(&span, format!("`{value}` is no day")).help("write a day: `2027-03-31`"));
                None
            }
        });
        Some(Self { reason: reason?.value, expires: expires? })
    }
}

/// What the keys of a leave may have been meant to be.
pub(super) fn hint(key: &str) -> Option<String> {
    matches!(key, "until" | "expiry" | "expire").then(|| "did you mean `expires`?".to_owned())
}

impl IgnoredRule {
    /// Reads the entries of `ignore`.
    pub(super) fn read_all(node: Node<'_>, problems: &Problems) -> Vec<Self> {
        let shape = Shape { what: "rules to ignore", example: SHAPE.example };
        let Some(table) = Table::open(shape, "ignore", node, problems) else { return Vec::new() };
        let entries = table.into_entries().into_iter();
        entries.filter_map(|(rule, node)| Self::read(rule, node, problems)).collect()
    }

    fn read(rule: At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let span = rule.span.clone();
        let mut table = Table::open(SHAPE, &rule.value, node, problems)?;
        let leave = Leave::read(&mut table, &span, problems);
        table.close(hint);
        Some(Self { leave: leave?, rule })
    }
}

/// What is wrong with a rule that may stand, if it is none, or one that nobody can give leave to.
pub(super) fn wrong_rule(rule: &At<String>, known: &[&str], nearby: &Problems) -> Option<Problem> {
    if rule.value == "lookup-failed" {
        let problem = Problem::new(&rule.span, "a look-up that failed cannot be ignored");
        return Some(problem.help("take the entry out: what could not be told is asked again"));
    }
    no_rule(rule, known, nearby)
}

/// What is wrong with the name of a rule, if there is none of that name.
pub(super) fn no_rule(rule: &At<String>, known: &[&str], nearby: &Problems) -> Option<Problem> {
    if known.contains(&rule.value.as_str()) {
        return None;
    }
    let help = match nearby.nearest(&rule.value, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`mailvouch rules` lists them all".to_owned(),
    };
    Some(Problem::new(&rule.span, format!("there is no rule {}", quoted(&rule.value))).help(help))
}
