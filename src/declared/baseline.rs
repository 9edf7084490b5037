//! The baseline: findings that are known and may stand until a day. Reads and writes its text; what matches an entry is
//! decided by the lint above.

use std::path::Path;

use mailvouch_providers::dns::Name;
use toml::de::DeValue;

use super::files::read_up_to;
use super::leave::{Leave, hint, wrong_rule};
use super::names;
use super::problem::{DeclarationError, Problem, Problems};
use super::read::on_a_large_stack;
use super::source::{At, MAX_BYTES, SourceFile};
use super::syntax;
use super::table::{Field, Node, Shape, Table, Text};

/// The only version there is.
const VERSION: i64 = 1;

const SHAPE: Shape = Shape { what: "a baseline", example: "a table" };
const ENTRY: Shape = Shape { what: "a known finding", example: "`[[finding]]`, and its keys below it" };

/// Findings that may stand.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The text that spans count in.
    pub file: SourceFile,
    /// The entries, in the order of the file.
    pub entries: Vec<KnownFinding>,
}

/// What identifies a finding while offsets move. The message is part of it: of two addresses that are refused by the same
/// term, one may be known and the other not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingKey {
    /// The domain that was looked at.
    pub domain: Name,
    /// The id of the rule.
    pub rule: String,
    /// Owner and type of the record, as labels give it: `example.com. TXT`.
    pub record: String,
    /// The text that is underlined, what is not printable ASCII as `\DDD`; empty where nothing stands there.
    pub text: String,
    /// The finding's sentence.
    pub message: String,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct KnownFinding {
    /// The finding; the span is that of its rule.
    pub key: At<FindingKey>,
    /// Why it may stand, and until when.
    pub leave: Leave,
}

impl Baseline {
    /// What a new entry has for a reason, until somebody writes a better one.
    pub const PLACEHOLDER: &str = "TODO: say why this may stand";

    /// Reads a baseline. All that is wrong with it is told at once.
    pub fn load(path: &Path) -> Result<Self, DeclarationError> {
        let unreadable = |source| DeclarationError::Unreadable { path: path.to_owned(), source };
        let bytes = read_up_to(path, MAX_BYTES).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(DeclarationError::TooLarge { path: path.to_owned() });
        }
        let problems = Problems::default();
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            Err(error) => {
                problems.add(syntax::no_utf8(&bytes, error.valid_up_to()));
                return problems.fail(&SourceFile::new(path, String::from_utf8_lossy(&bytes)));
            }
        };
        let (entries, problems) = on_a_large_stack(|| take_apart(text)).map_err(unreadable)?;
        let (file, _) = problems.finish(SourceFile::new(path, text))?;
        Ok(Self { file, entries })
    }

    /// The entries that name a rule which may not stand there, by position. `known` are the ids of all rules.
    pub fn check_rule_names(&self, known: &[&str]) -> Vec<Problem> {
        let nearby = Problems::default();
        let rule = |entry: &KnownFinding| At::new(entry.key.value.rule.clone(), entry.key.span.clone());
        self.entries.iter().filter_map(|entry| wrong_rule(&rule(entry), known, &nearby)).collect()
    }

    /// The text of a baseline with these entries, sorted, each finding once.
    pub fn text<'a>(entries: impl IntoIterator<Item = &'a KnownFinding>) -> String {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.key.value.cmp(&b.key.value));
        entries.dedup_by(|a, b| a.key.value == b.key.value);
        let mut text =
            "# Findings that are known and may stand until a day: docs/baselines.md\nversion = 1\n".to_owned();
        for KnownFinding { key: At { value: key, .. }, leave: Leave { reason, expires } } in entries {
            text.push_str("\n[[finding]]\n");
            let domain = key.domain.to_string();
            let pairs = [("domain", &domain), ("rule", &key.rule), ("record", &key.record), ("text", &key.text)];
            for (name, value) in pairs.into_iter().chain([("message", &key.message), ("reason", reason)]) {
                text.push_str(&format!("{name} = {}\n", basic_string(value)));
            }
            text.push_str(&format!("expires = {expires}\n"));
        }
        text
    }
}

/// A TOML basic string. What could steer a terminal or hide in a review is escaped.
fn basic_string(text: &str) -> String {
    let mut written = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            ' '..='~' | '…' | '–' | '’' => written.push(character),
            _ if character.is_alphanumeric() => written.push(character),
            _ => written.push_str(&format!("\\U{:08X}", u32::from(character))),
        }
    }
    written.push('"');
    written
}

fn take_apart(text: &str) -> (Vec<KnownFinding>, Problems) {
    let problems = Problems::default();
    let (table, errors) = syntax::parse(text);
    let spoilt = !errors.is_empty();
    for problem in errors {
        problems.add(problem);
    }
    if spoilt {
        return (Vec::new(), problems);
    }
    let root = At::new(DeValue::Table(table), 0..text.len());
    let Some(mut table) = Table::open(SHAPE, "", root, &problems) else { return (Vec::new(), problems) };
    match table.integer("version") {
        Field::Given(At { value: VERSION, .. }) | Field::Broken => {}
        Field::Given(At { value, span }) => {
            let message = format!("this is a baseline of version {value}, and only {VERSION} is known");
            problems.add(Problem::new(&span, message).help("write `version = 1`, or use a newer mailvouch"));
            return (Vec::new(), problems);
        }
        Field::Absent => {
            let help = "write it as the first line; `check --write-baseline FILE` makes a baseline";
            problems.add(Problem::new(&(0..0), "`version = 1` is missing").help(help));
        }
    }
    let mut entries = Vec::new();
    match table.node("finding") {
        Some((_, At { value: DeValue::Array(array), .. })) => {
            for element in array {
                let span = element.span();
                entries.extend(entry(At::new(element.into_inner(), span), &problems));
            }
        }
        Some((span, _)) => {
            let message = "`finding` takes a list of tables";
            problems.add(Problem::new(&span, message).help("write `[[finding]]`, with two brackets"));
        }
        None => {}
    }
    table.close(|key| (key == "findings").then(|| "did you mean `[[finding]]`?".to_owned()));
    (entries, problems)
}

fn entry(node: Node<'_>, problems: &Problems) -> Option<KnownFinding> {
    let span = node.span.clone();
    let mut table = Table::open(ENTRY, "finding", node, problems)?;
    let lacks = |key: &str, help: &str| {
        problems.add(Problem::new(&span, format!("`{key}` is missing from a known finding")).help(help));
    };
    let required = |key: &str, field: Text, help: &str| {
        if field.is_absent() {
            lacks(key, help);
        }
        field.given()
    };
    let again = "`check --write-baseline FILE` writes it";
    let domain = required("domain", table.text("domain"), again);
    let rule = required("rule", table.text("rule"), again);
    let record = required("record", table.text("record"), again);
    let message = required("message", table.text("message"), again);
    let text = table.text("text").given();
    let leave = Leave::read(&mut table, &span, problems);
    table.close(hint);
    let domain = domain.and_then(|text| match names::domain_name(&text.value) {
        Ok(name) => Some(name),
        Err(refusal) => {
            problems.add(Problem::new(&text.span, refusal.message).help_if(refusal.help));
            None
        }
    });
    let rule = rule?;
    let key = FindingKey {
        domain: domain?,
        rule: rule.value,
        record: record?.value,
        text: text.map(|text| text.value).unwrap_or_default(),
        message: message?.value,
    };
    Some(KnownFinding { key: At::new(key, rule.span), leave: leave? })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn entry(text: &str) -> KnownFinding {
        let key = FindingKey {
            domain: "example.com".parse().expect("a name"),
            rule: "spf-syntax".to_owned(),
            record: "example.com. TXT".to_owned(),
            text: text.to_owned(),
            message: format!("{text} is no term"),
        };
        KnownFinding { key: At::new(key, 0..0), leave: Leave::for_now(text, Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn what_is_written_is_read_back_whatever_it_says() {
        let long = "x".repeat(100_000);
        for text in ["?all", "\"\\\n\r\t\u{0}", "\u{1b}[31m\u{202e}\u{2028}", "ä’…", "'''\n[[finding]]", &long] {
            let written = Baseline::text([&entry(text)]);
            assert!(!written.contains(['\u{1b}', '\u{202e}', '\u{2028}', '\u{0}', '\r']), "{written:?}");
            let (read, problems) = take_apart(&written);
            assert_eq!(problems.count(), 0, "{written}");
            let [one] = read.as_slice() else { panic!("one entry: {written}") };
            assert_eq!((&one.key.value, &one.leave), (&entry(text).key.value, &entry(text).leave));
        }
    }

    #[test]
    fn entries_are_sorted_and_stand_once() {
        let (a, b) = (entry("a"), entry("b"));
        assert_eq!(Baseline::text([&b, &a, &b]), Baseline::text([&a, &b]));
    }

    #[test]
    fn a_new_entry_has_ninety_days() {
        let leave = Leave::for_now("x", Timestamp::UNIX_EPOCH);
        assert_eq!(leave.expires.to_string(), "1970-04-01");
        assert!(!leave.is_over("1970-04-01T23:59:59Z".parse().expect("a time")));
        assert!(leave.is_over("1970-04-02T00:00:00Z".parse().expect("a time")));
    }
}
