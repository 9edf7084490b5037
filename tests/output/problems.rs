//! What is said about a declaration.

use std::path::Path;

use mailvouch::declared::{Declaration, DeclarationError};
use mailvouch::lint::Severity;
use mailvouch::output::{Note, human};

use super::plain;
use crate::support::snapshots;

fn error(text: &str) -> DeclarationError {
    Declaration::from_text(Path::new("mailvouch.toml"), text, Path::new(".")).expect_err("it is wrong")
}

#[test]
fn every_problem_is_shown_with_its_place() {
    let _guard = snapshots("output");
    let text = "version = 1\n\n[egress.hq]\naddresses = [\n\t\"203.0.113.300\", # größer als 255\n\t\"日本\", \"10.0.0.1\"]\n\n\
                [domains.\"example.com\"]\negres = [\"hq\"]\nsenders = [\"microsoft-356\"]\nttl = \"1h\"\n\
                [domains.\"example.com.\"]\n";
    insta::assert_snapshot!("problems", plain(&human::problems(&error(text))));
}

#[test]
fn a_text_that_is_no_toml_is_shown_where_it_breaks() {
    let _guard = snapshots("output");
    insta::assert_snapshot!("problems-syntax", plain(&human::problems(&error("version = 1\r\nx = [1,\r\n"))));
}

#[test]
fn a_file_that_is_not_there_is_said_so() {
    let missing = Declaration::load(Path::new("no/such/mailvouch.toml")).expect_err("it is not there");
    let text = plain(&human::problems(&missing));
    assert!(text.starts_with("error: no/such/mailvouch.toml cannot be read\n  = cause: "), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn of_very_many_problems_the_first_are_shown() {
    let keys = (0..3000).map(|number| format!("x{number} = 1\n")).collect::<Vec<_>>().concat();
    let text = plain(&human::problems(&error(&format!("version = 1\n{keys}"))));
    assert!(text.ends_with("mailvouch.toml: 3,000 problems; the first 20 are shown\n"), "{text}");
    assert_eq!(text.matches("error: ").count(), 20, "{text}");
}

#[test]
fn notes_are_no_errors() {
    let _guard = snapshots("output");
    let text =
        "version = 1\n[egress.hq]\naddresses = [\"203.0.113.10\"]\n[domains.\"example.com\"]\negress = [\"hq\"]\n";
    let read = Declaration::from_text(Path::new("mailvouch.toml"), text, Path::new(".")).expect("a declaration");
    assert!(!read.notes.is_empty());
    insta::assert_snapshot!("notes", plain(&human::notes(&Note::all(&read.notes, &read.file, Severity::Info))));
}
