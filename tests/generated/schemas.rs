//! Schemas: what is committed, what the program writes, and what it reads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum as _;
use jsonschema::Validator;
use mailvouch::cli::SchemaOf;
use serde_json::{Map, Value, json};

use super::{assert_committed, printed};
use crate::declared::documented::keys;

fn names() -> Vec<String> {
    let values = SchemaOf::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

/// The schema of what is named so, as the program prints it.
pub(super) fn schema(name: &str) -> Value {
    serde_json::from_str(&printed(&["schema", name])).expect("JSON")
}

#[test]
fn schemas_are_what_the_program_writes() {
    assert!(names().len() >= 14, "{:?}", names());
    for name in names() {
        let text = printed(&["schema", &name]);
        assert_committed(&format!("docs/schemas/{name}.json"), &text);
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
    assert_eq!(printed(&["schema", "output"]), printed(&["schema", "check"]));
}

/// The schema with every object closed: what the program writes beyond it would be found out.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties") && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(closed);
        }
        Value::Array(list) => list.iter_mut().for_each(closed),
        _ => {}
    }
}

fn strict(name: &str) -> Validator {
    let mut schema = schema(name);
    closed(&mut schema);
    jsonschema::validator_for(&schema).expect("a schema")
}

fn assert_valid(schema: &Validator, document: &Value, what: &str) {
    let errors: Vec<String> =
        schema.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0], "{what}");
}

/// What a command prints in a folder, whatever it finds.
fn written(folder: &Path, line: &str) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_mailvouch")).args(line.split(' ')).current_dir(folder).output();
    let ran = ran.expect("the program starts");
    assert!(ran.status.code().is_some_and(|code| code != 2), "{line}: {ran:?}");
    String::from_utf8(ran.stdout).expect("UTF-8")
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

const ZONES: &str = "--zone-file example.com.zone --zone-file news.example.zone";

#[test]
fn what_is_written_is_valid_and_says_nothing_more() {
    let folder = example("01-firewall-move");
    for (name, line) in [
        ("check", format!("check --format json {ZONES}")),
        (
            "check",
            "check --format json --egress 203.0.113.10 --selector s1 a.example b.example --zone-file example.com.zone"
                .to_owned(),
        ),
        ("check-line", format!("check --format ndjson example.com {ZONES}")),
        ("diff", format!("diff --format json {ZONES}")),
        ("plan", format!("plan --format json {ZONES}")),
        ("record", "record v=spf1,a:mail~~all --type spf --format json".to_owned()),
        ("record", "record v=DKIM1;p= --format json".to_owned()),
        ("record", "record v=DMARC1;p=nonee --format json".to_owned()),
        ("spf-eval", format!("spf eval --ip 192.0.2.1 --mail-from a@example.com --format json {ZONES}")),
        ("spf-tree", format!("spf tree example.com --format json {ZONES}")),
        ("spf-coverage", format!("spf coverage example.com --format json {ZONES}")),
        ("dmarc-policy", format!("dmarc policy example.com --spf-pass example.com --format json {ZONES}")),
        ("dmarc-reports", format!("dmarc reports example.com news.example --format json {ZONES}")),
        (
            "preflight",
            format!(
                "preflight --add 198.51.100.9 --remove 203.0.113.10 --host mail.example.com=198.51.100.9 --format json {ZONES}"
            ),
        ),
        ("observe", format!("observe ../../tests/fixtures/delivered/microsoft.eml --format json {ZONES}")),
        ("rules", "rules --format json".to_owned()),
        ("explain", "explain spf-missing --format json".to_owned()),
        ("explain-code", "explain 4.7.26 --format json".to_owned()),
        (
            "bounce",
            "bounce --no-dns --format json ../../tests/bounce/messages/11-pasted-708-code-with-750-text.eml".to_owned(),
        ),
        (
            "bounce",
            "bounce --no-dns --format json ../../tests/bounce/messages/07-qmail-5.7.515-bulk-auth-level.eml".to_owned(),
        ),
    ] {
        let text = written(&folder, &line);
        assert_valid(
            &strict(name),
            &serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {line}: {text}")),
            &line,
        );
    }
    let keys = tempfile::tempdir().expect("a folder");
    let made = written(keys.path(), "dkim new example.com s1 --format json");
    assert_valid(&strict("dkim-new"), &serde_json::from_str(&made).expect("JSON"), "dkim new");
}

#[test]
fn findings_of_every_rule_are_valid() {
    // Each fixture is a world in which a rule speaks: none of its findings says more than the schema.
    let schema = strict("check");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules");
    let mut checked = 0;
    for rule in std::fs::read_dir(fixtures).expect("fixtures") {
        let rule = rule.expect("a folder").path();
        for fixture in std::fs::read_dir(&rule).expect("a folder") {
            let fixture = fixture.expect("an entry").path();
            let world = fixture.join("mailvouch.toml");
            let zones: Vec<PathBuf> = match std::fs::read_dir(&fixture) {
                Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
                Err(_) => continue,
            };
            let zones: Vec<&PathBuf> =
                zones.iter().filter(|path| path.extension().is_some_and(|end| end == "zone")).collect();
            if !world.exists() || zones.is_empty() {
                continue;
            }
            let mut command = Command::new(env!("CARGO_BIN_EXE_mailvouch"));
            command.args(["check", "--format", "json"]).current_dir(&fixture);
            for zone in zones {
                command.arg("--zone-file").arg(zone);
            }
            let ran = command.output().expect("the program starts");
            if ran.status.code() == Some(2) {
                continue; // A fixture with a source that the command line has no word for.
            }
            let document = serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
            assert_valid(&schema, &document, &fixture.display().to_string());
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} fixtures were checked");
}

/// TOML as JSON; dates are texts, as editors have it.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, as_json(value))).collect::<Map<_, _>>())
        }
    }
}

fn declaration(text: &str) -> Value {
    as_json(toml::Value::Table(text.parse().unwrap_or_else(|error| panic!("{error}: {text}"))))
}

#[test]
fn declarations_that_the_parser_takes_are_valid() {
    let schema = jsonschema::validator_for(&schema("declaration")).expect("a schema");
    let mut texts = vec![include_str!("../declared/complete.toml").to_owned()];
    for example in std::fs::read_dir(example("")).expect("examples") {
        texts.extend(std::fs::read_to_string(example.expect("an entry").path().join("mailvouch.toml")));
    }
    texts.extend(include_str!("../../docs/declaration.md").split("```toml\n").skip(1).filter_map(|rest| {
        let text = rest.split("```").next()?;
        Some(if text.starts_with("version") || text.contains("\nversion") {
            text.to_owned()
        } else {
            format!("version = 1\n{text}")
        })
    }));
    assert!(texts.len() > 3);
    for text in &texts {
        assert_valid(&schema, &declaration(text), text);
    }
    for wrong in [
        "",
        "version = 2",
        "version = 1\nnothing = 1",
        "version = 1\n[egress.a]\naddress = []",
        "version = 1\n[providers.a]\nkind = \"bind\"",
    ] {
        assert!(!schema.is_valid(&declaration(wrong)), "{wrong}");
    }
}

/// The keys that an object of the schema has, by the way to it.
fn properties(schema: &Value, definition: &str) -> BTreeSet<String> {
    let object = if definition.is_empty() { schema } else { &schema["$defs"][definition] };
    object["properties"].as_object().unwrap_or_else(|| panic!("{definition}")).keys().cloned().collect()
}

#[test]
fn the_schema_and_the_parser_know_the_same_keys() {
    let schema = schema("declaration");
    for (definition, place) in [
        ("", "no-key-of-anything = 1\n"),
        ("Egress", "[egress.a]\nno-key-of-anything = 1\n"),
        ("Sender", "[senders.a]\nno-key-of-anything = 1\n"),
        ("Parked", "[parked]\nno-key-of-anything = 1\n"),
        ("Domain", "[domains.\"a.example\"]\nno-key-of-anything = 1\n"),
        ("Spf", "[domains.\"a.example\".spf]\nno-key-of-anything = 1\n"),
        ("Dmarc", "[domains.\"a.example\".dmarc]\nno-key-of-anything = 1\n"),
        ("Selector", "[domains.\"a.example\".dkim.s1]\nno-key-of-anything = 1\n"),
        ("Leave", "[domains.\"a.example\".ignore.spf-missing]\nno-key-of-anything = 1\n"),
    ] {
        assert_eq!(properties(&schema, definition), keys(place), "{place}");
    }
    let kinds = schema["$defs"]["Provider"]["oneOf"].as_array().expect("kinds");
    assert_eq!(kinds.len(), 16);
    for kind in kinds {
        let name = kind["properties"]["kind"]["const"].as_str().expect("a name");
        let known: BTreeSet<String> = kind["properties"].as_object().expect("keys").keys().cloned().collect();
        assert_eq!(known, keys(&format!("[providers.a]\nkind = \"{name}\"\nno-key-of-anything = 1\n")), "{name}");
    }
    let guards: Vec<&str> = mailvouch::declared::Guard::ALL.iter().map(|guard| guard.name()).collect();
    let listed = &schema["$defs"]["Guarding"]["enum"];
    let listed: Vec<&str> = listed.as_array().expect("guards").iter().filter_map(Value::as_str).collect();
    assert_eq!(listed, guards);
}
