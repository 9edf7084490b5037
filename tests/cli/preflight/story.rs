//! One move from the first look to the last apply, each step by the command that was told.

use super::scene::{self, ASKED, ZONES, folder};
use crate::cli::runner::{Folder, Ran};

/// Runs a command as it was printed, on another day.
fn typed(folder: &Folder, command: &str, code: i32) -> Ran {
    folder.mailvouch(command.strip_prefix("mailvouch ").expect("our command")).exits(code)
}

fn commands(ran: &serde_json::Value, id: &str) -> Vec<String> {
    let steps = ran["steps"].as_array().expect("steps");
    let step = steps.iter().find(|step| step["id"] == id).unwrap_or_else(|| panic!("no step {id}"));
    let commands = step["commands"].as_array().expect("commands");
    commands.iter().map(|command| command.as_str().expect("a text").to_owned()).collect()
}

#[test]
fn the_steps_lead_through_the_move() {
    let folder = folder(&[scene::NAMED]);
    let first = folder.mailvouch(&format!("preflight {ASKED} {ZONES} --format json")).exits(1).json();
    // The lines for the declaration, as they are told.
    let steps = first["steps"].as_array().expect("steps");
    let declare = steps.iter().find(|step| step["id"] == "declare").expect("a step");
    let lines: Vec<&str> =
        declare["lines"].as_array().expect("lines").iter().filter_map(|line| line.as_str()).collect();
    assert_eq!(lines[0], "[egress.new]");
    let declared = folder.read("mailvouch.toml");
    let declared = declared.replace("[senders.newsletter]", &format!("{}\n\n[senders.newsletter]", lines.join("\n")));
    let declared = declared.replace("office]\naddresses = [\"203.0.113.10\", ", "office]\naddresses = [");
    folder
        .write("mailvouch.toml", declared.replace("egress = [\"office\"]", "egress = [\"office\", \"old\", \"new\"]"));
    // Published ahead of its day, since the commands say so.
    let publish = commands(&first, "publish");
    assert!(publish[0].contains("--as-of 2026-12-09T"), "{publish:?}");
    typed(&folder, &publish[0], 1);
    typed(&folder, &publish[1], 0);
    let again = commands(&first, "switch").remove(0);
    typed(&folder, &format!("{again} --as-of 2026-12-10T19:00:00Z"), 0).says("ready for 2026-12-10T20:00:00Z");
    // The dates of the declaration say the same by now.
    typed(&folder, &format!("mailvouch preflight --as-of 2026-12-10T19:00:00Z {ZONES}"), 0);
    let remove = commands(&first, "remove");
    // On the evening itself nothing goes yet; a TTL later it does.
    typed(&folder, &format!("{} --as-of 2026-12-10T21:59:59Z", remove[0]), 0).says("nothing to change");
    typed(&folder, &format!("{} --as-of 2026-12-10T22:00:00Z", remove[0]), 1);
    typed(&folder, &format!("{} --as-of 2026-12-10T22:00:00Z", remove[1]), 0);
    let zone = folder.read("example.com.zone");
    assert!(zone.contains("ip4:198.51.100.7") && !zone.contains("ip4:203.0.113.10"), "{zone}");
    assert!(zone.contains("verification=9b2f"));
    let last = typed(&folder, &format!("mailvouch preflight --as-of 2026-12-11 {ZONES}"), 0);
    last.says("nothing moves any more");
}
