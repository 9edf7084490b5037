//! Plan files that somebody changed, cut off, or made up: a clear word, and nothing is written.

use std::fs::File;

use serde_json::{Value, json};

use super::Folder;
use super::runner::Ran;
use super::scene::{OFFICE_FAILS, folder};

const ZONE: &str = "--zone-file example.com.zone";
const TOKEN: &str = "\"verification=9b2f\"";

/// A folder with a plan for the office's address.
fn planned() -> Folder {
    let folder = folder(&[OFFICE_FAILS]);
    folder.mailvouch(&format!("plan {ZONE} --out plan.json")).exits(1);
    folder
}

/// Applies, with everything allowed that can be; has to end so, and to leave every file as it is.
fn refused(folder: &Folder, code: i32) -> Ran {
    let before = folder.files();
    let allow: String = mailvouch::declared::Guard::ALL.iter().flat_map(|guard| [" --allow ", guard.name()]).collect();
    let ran = folder.mailvouch(&format!("apply plan.json {ZONE} --yes{allow}")).exits(code);
    assert_eq!(folder.files(), before, "nothing is written, no journal either\n{ran}");
    ran
}

/// The plan, changed so.
fn changed(change: impl FnOnce(&mut Value)) -> Folder {
    let folder = planned();
    let mut plan: Value = serde_json::from_str(&folder.read("plan.json")).expect("JSON");
    change(&mut plan);
    folder.write("plan.json", plan.to_string());
    folder
}

fn txt(data: &str) -> Value {
    json!({"rdata": {"type": "TXT", "data": data}, "ttl": 300})
}

#[test]
fn the_plan_as_it_was_written_is_applied() {
    planned().mailvouch(&format!("apply plan.json {ZONE}")).exits(0);
    // Written over several lines or in one, it is the same plan.
    changed(|_| {}).mailvouch(&format!("apply plan.json {ZONE}")).exits(0);
}

#[test]
fn a_plan_that_says_one_thing_and_does_another_is_2() {
    let evil = txt("\"v=spf1 +all\"");
    let of_values: [(&str, Value); 4] =
        [("add", json!([evil])), ("remove", json!([txt(TOKEN)])), ("after", json!([evil])), ("before", json!([]))];
    for (key, values) in of_values {
        let folder = changed(|plan| plan["steps"][0][key] = values);
        refused(&folder, 2).says("example.com contradicts itself");
    }
}

#[test]
fn a_value_that_never_stood_there_is_5() {
    let folder = changed(|plan| {
        let step = &mut plan["steps"][0];
        let old = step["remove"][0]["rdata"]["data"].as_str().expect("a text").to_owned();
        let other = "\"v=spf1 ip4:192.0.2.1 -all\"";
        let renamed = step.to_string().replace(&json!(old).to_string(), &json!(other).to_string());
        *step = serde_json::from_str(&renamed).expect("JSON");
    });
    refused(&folder, 5).says("example.com");
}

#[test]
fn a_step_that_somebody_added_is_held_to_the_same_rules() {
    let step = |owner: &str, domain: &str, remove: Value, add: Value| {
        json!({
            "domain": domain, "provider": "zone", "zone": "example.com", "owner": owner, "before": remove, "after": add,
            "remove": remove, "add": add, "rules": [], "guards": [], "notes": [],
        })
    };
    let spf = json!([txt("\"v=spf1 -all\"")]);
    let cases: [(Value, i32, &str); 4] = [
        // A value that is not there.
        (step("x.example.com", "example.com", json!([txt(TOKEN)]), json!([])), 5, "x.example.com"),
        // Another organization's name, and a domain that nobody declared.
        (step("example.net", "example.com", json!([]), spf.clone()), 5, "example.net is no name of example.com"),
        (step("example.net", "example.net", json!([]), spf.clone()), 2, "example.net is not declared"),
        // The same name twice.
        (step("example.com", "example.com", json!([]), spf), 2, "two steps change example.com"),
    ];
    for (added, code, words) in cases {
        let folder = changed(|plan| plan["steps"].as_array_mut().expect("steps").push(added));
        refused(&folder, code).says(words);
    }
    // A token that the plan's own step would take along.
    let folder = changed(|plan| {
        let step = &mut plan["steps"][0];
        let token = step["before"].as_array().expect("values").iter().find(|value| value["rdata"]["data"] == TOKEN);
        let token = token.expect("the token").clone();
        step["after"].as_array_mut().expect("values").retain(|value| *value != token);
        step["remove"].as_array_mut().expect("values").push(token);
    });
    refused(&folder, 5).says("is no mail record: it is not taken away");
}

#[test]
fn guards_that_were_taken_out_are_tripped_all_the_same() {
    let folder = changed(|plan| {
        let step = &mut plan["steps"][0];
        let wide = step["add"][0]["rdata"]["data"].as_str().expect("a text").replace("-all", "+all");
        step["after"] = json!(
            step["after"]
                .as_array()
                .expect("values")
                .iter()
                .filter(|value| !value["rdata"]["data"].as_str().is_some_and(|data| data.contains("spf1")))
                .collect::<Vec<_>>()
        );
        step["after"].as_array_mut().expect("values").push(txt(&wide));
        step["add"] = json!([txt(&wide)]);
        // What it says of itself does not count either.
        step["guards"] = json!([]);
        plan["domains"] = json!([]);
    });
    let before = folder.files();
    folder.mailvouch(&format!("apply plan.json {ZONE} --yes")).exits(5).says("--allow widens-spf");
    assert_eq!(folder.files(), before);
}

#[test]
fn what_is_no_plan_is_2() {
    let text = planned().read("plan.json");
    let half = &text[..text.len() / 2];
    let deep = "[".repeat(100_000);
    let cases: [(&str, &str); 9] = [
        ("", "not a plan"),
        (half, "not a plan"),
        ("v=spf1 -all\n", "not a plan"),
        ("\u{0}\u{0}\u{0}", "not a plan"),
        (&deep, "not a plan"),
        (&text.replace("\"version\": 1", "\"version\": 2"), "version 2 of the plan format is not known"),
        (&text.replace("\"version\": 1", "\"version\": 99999999999"), "not a plan"),
        (&text.replace("\"notes\"", "\"force\": true, \"notes\""), "unknown field `force`"),
        (&text.replacen("\"steps\"", "\"steps\": [], \"steps\"", 1), "duplicate field `steps`"),
    ];
    for (text, words) in cases {
        let folder = planned();
        folder.write("plan.json", text);
        refused(&folder, 2).says("plan.json").says(words);
    }
    let folder = planned();
    folder.write("plan.json", [0xff, 0xfe, b'{']);
    refused(&folder, 2).says("plan.json").says("as text");
}

#[test]
fn what_is_too_large_to_be_a_plan_is_2() {
    let folder = planned();
    // Nothing of it stands on the disk.
    File::create(folder.path().join("plan.json")).and_then(|file| file.set_len((256 << 20) + 1)).expect("a file");
    folder.mailvouch(&format!("apply plan.json {ZONE} --yes")).exits(2).says("plan.json is larger than 256 MiB");
}

#[test]
fn a_plan_of_the_first_days_is_still_read() {
    let folder = changed(|plan| {
        plan.as_object_mut().expect("an object").remove("domains");
    });
    folder.mailvouch(&format!("apply plan.json {ZONE}")).exits(0);
}
