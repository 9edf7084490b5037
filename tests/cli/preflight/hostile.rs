//! Texts from DNS that try to be something else: in no form do they get out of their place.

use super::calendar::{assert_lines, read};
use super::scene::{ASKED, ZONES, folder};

/// A record whose deciding term is full of what means something somewhere, and a reverse name like that.
const CHANGES: [(&str, &str); 2] = [
    (
        "include:_spf.news.example -all\"",
        "include:\\027[31m`|](http://evil.example)<img\\032src=x>@all;\\013\\010BEGIN:VEVENT\\226\\128\\174 -all\"",
    ),
    ("7 PTR old.example.com.", "7 PTR a\\010END:VCALENDAR\\027[2J`|<b>.example.com."),
];

#[test]
fn no_text_of_others_acts_on_a_terminal_a_ticket_or_a_calendar() {
    let folder = folder(&CHANGES);
    let run = |format: &str| {
        folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format {format}")).exits_with_one_of(&[1, 3]).stdout
    };
    let human = run("human");
    let controls: Vec<char> = human.chars().filter(|char| char.is_control() && *char != '\n').collect();
    assert!(controls.is_empty() && !human.contains('\u{202e}'), "{controls:?} in {human}");

    let markdown = run("markdown");
    crate::reports::markdown::assert_inert(&markdown);

    let calendar = run("ics");
    assert_lines(&calendar);
    assert_eq!(calendar.matches("\r\nBEGIN:VEVENT\r\n").count(), calendar.matches("\r\nEND:VEVENT\r\n").count());
    assert_eq!(calendar.matches("END:VCALENDAR\r\n").count(), 1, "{calendar}");
    let read = read(&calendar);
    let count = read["events"].as_array().expect("events").len();
    assert_eq!(calendar.matches("\r\nBEGIN:VEVENT\r\n").count(), count);

    let json: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    assert!(json["steps"].as_array().is_some_and(|steps| !steps.is_empty()));
}
