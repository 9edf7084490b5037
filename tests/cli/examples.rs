//! Every folder of `examples/`, run as its README says. A folder that is not told of here fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::runner::{Folder, Ran};
use super::{contract, snapshots};

/// One folder: what its first check looks at, how that ends, and what it finds.
struct Example {
    name: &'static str,
    /// Arguments of `check`, and of every command after it.
    arguments: &'static str,
    exit: i32,
    /// The rules of all findings.
    rules: &'static [&'static str],
    /// The guards that have to be allowed before it can be put right; none where the README does not do that.
    repaired_by: Option<&'static str>,
}

const EXAMPLES: &[Example] = &[
    Example {
        name: "01-firewall-move",
        arguments: "--zone-file example.com.zone --zone-file news.example.zone",
        exit: 1,
        rules: &["dkim-missing", "dmarc-differs", "egress-not-authorised"],
        repaired_by: Some("--allow tightens-dmarc"),
    },
    Example {
        name: "02-first-audit",
        arguments: "example.org --zone-file example.org.zone --zone-file news.example.zone",
        exit: 1,
        rules: &["dmarc-multiple-records", "lookup-failed", "spf-bogon", "spf-multiple-records", "spf-near-miss"],
        repaired_by: None,
    },
    Example {
        name: "03-parked-domain",
        arguments: "--zone-file example.net.zone",
        exit: 0,
        rules: &["parked-dmarc", "parked-mx", "parked-spf"],
        repaired_by: Some("--allow tightens-spf --allow tightens-dmarc"),
    },
];

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// A copy: what is in the repository is not written to.
fn copy(name: &str) -> Folder {
    fn into(folder: &Folder, from: &Path, below: &Path) {
        for entry in fs::read_dir(from.join(below)).expect("a folder") {
            let path = below.join(entry.expect("an entry").file_name());
            if from.join(&path).is_dir() {
                into(folder, from, &path);
            } else {
                folder.write(&path.display().to_string(), fs::read(from.join(&path)).expect("a file"));
            }
        }
    }
    let folder = Folder::new();
    into(&folder, &examples().join(name), Path::new(""));
    folder
}

fn rules(ran: &Ran) -> BTreeSet<String> {
    let report = ran.json();
    let findings = report["domains"].as_array().expect("domains").iter().flat_map(|domain| {
        domain["diagnostics"]
            .as_array()
            .expect("findings")
            .iter()
            .map(|found| found["rule"].as_str().expect("a rule").to_owned())
    });
    findings.collect()
}

#[test]
fn every_folder_is_told_of() {
    let entries = fs::read_dir(examples()).expect("examples").map(|entry| entry.expect("an entry"));
    let folders =
        entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().expect("UTF-8"));
    let told: BTreeSet<String> = EXAMPLES.iter().map(|example| example.name.to_owned()).collect();
    let mut folders: BTreeSet<String> = folders.collect();
    assert!(folders.remove("04-pipelines"), "it has tests of its own, `pipelines`");
    assert!(folders.remove("05-any-provider"), "it has tests of its own, `providers::exec::lexicon`");
    assert!(folders.remove("06-fleet"), "it has tests of its own, `cli::spark` and `cli::kubernetes`");
    assert_eq!(folders, told);
}

#[test]
fn each_one_finds_what_it_is_there_to_show() {
    let _area = snapshots();
    for example in EXAMPLES {
        let folder = copy(example.name);
        let ran = folder.mailvouch(&format!("check {} --format json", example.arguments)).exits(example.exit);
        let expected: BTreeSet<String> = example.rules.iter().map(|rule| (*rule).to_owned()).collect();
        assert_eq!(rules(&ran), expected, "{}", example.name);
        contract::holds(&ran.json());
        insta::assert_snapshot!(format!("check-{}", example.name), ran.stdout);
        let lines = folder.mailvouch(&format!("check {} --format ndjson", example.arguments)).exits(example.exit);
        lines.lines().iter().for_each(contract::domain);
        // Its README names what it shows, so that nobody reads of findings that do not come.
        let readme = folder.read("README.md");
        for rule in example.rules.iter().filter(|rule| **rule != "lookup-failed") {
            assert!(readme.contains(&format!("`{rule}`")), "{}: {rule}", example.name);
        }
        assert!(readme.contains(example.arguments), "{}: {}", example.name, example.arguments);
    }
}

#[test]
fn each_one_is_put_right_as_its_readme_says() {
    for example in EXAMPLES {
        let Some(allowed) = example.repaired_by else { continue };
        let folder = copy(example.name);
        let run = |command: &str, code| folder.mailvouch(&format!("{command} {}", example.arguments)).exits(code);
        let before = folder.files();
        run("diff", 1);
        run("plan", 1);
        assert_eq!(folder.files(), before, "looking changes nothing");
        run("plan --out plan.json", 1);
        let before = folder.files();
        run("apply plan.json", 5);
        assert_eq!(folder.files(), before, "a guard is not allowed, and nothing is written");
        run(&format!("apply plan.json {allowed}"), 0);
        assert!(rules(&run("check --format json", 0)).is_empty());
        run("diff", 0);
        run("plan", 0).says("nothing to change");
        assert!(folder.read("README.md").contains(&format!("apply plan.json {allowed}")), "{}", example.name);
        assert_only_ours_changed(&folder, &before);
    }
}

/// The second half of the first one: a move with its dates, command by command as its README has them.
#[test]
fn the_second_site_moves_as_the_readme_says() {
    let folder = copy("01-firewall-move");
    let zones = EXAMPLES[0].arguments;
    folder.mailvouch(&format!("plan --out plan.json {zones}")).exits(1);
    folder.mailvouch(&format!("apply plan.json --allow tightens-dmarc {zones}")).exits(0);
    let readme = folder.read("README.md");
    let (_, story) = readme.split_once("## The second site").expect("the second half");
    let blocks = |kind: &str| -> Vec<String> {
        let begin = format!("```{kind}\n");
        story.split(begin.as_str()).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect()
    };
    let declared = folder.read("mailvouch.toml");
    let group =
        declared.split_once("[egress.office]").and_then(|(_, rest)| rest.split_once("\n\n")).expect("a group").0;
    folder.write("mailvouch.toml", declared.replace(&format!("[egress.office]{group}\n"), &blocks("toml")[0]));
    let (commands, texts) = (blocks("console"), blocks("text"));
    assert_eq!((commands.len(), texts.len()), (3, 3));
    // Each line that is shown is said; each block ends as it should.
    for (commands, (text, codes)) in commands.iter().zip(texts.iter().zip([&[1][..], &[1, 0, 0], &[1, 0, 0]])) {
        let lines: Vec<&str> = commands.lines().collect();
        assert_eq!(lines.len(), codes.len());
        let mut last = String::new();
        for (line, code) in lines.iter().zip(codes) {
            last = folder.mailvouch(line.strip_prefix("$ mailvouch ").expect("a command")).exits(*code).stdout;
        }
        for line in text.lines() {
            assert!(last.lines().any(|said| said == line), "{line:?} is not said:\n{last}");
        }
    }
    let zone = folder.read("example.com.zone");
    assert!(zone.contains("ip4:203.0.113.200") && !zone.contains("ip4:203.0.113.10"), "{zone}");
}

/// No line of a zone file is gone but those that hold SPF, DMARC or the serial; other files are as they were.
fn assert_only_ours_changed(folder: &Folder, before: &[(PathBuf, Vec<u8>)]) {
    let after = folder.files();
    for (path, old) in before {
        let (_, new) = after.iter().find(|(new, _)| new == path).expect("the file is still there");
        if path.extension().is_none_or(|extension| extension != "zone") {
            assert_eq!(new, old, "{}", path.display());
            continue;
        }
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
        let gone = old.lines().filter(|line| !new.lines().any(|other| other == *line));
        for line in gone {
            assert!(["v=spf1", "v=DMARC1", "serial", "SOA"].iter().any(|ours| line.contains(ours)), "gone: {line}");
        }
    }
}

#[test]
fn the_declaration_that_an_audit_leads_to_is_one() {
    let folder = copy("02-first-audit");
    let readme = folder.read("README.md");
    let (_, rest) = readme.split_once("```toml\n").expect("a declaration");
    folder.write("mailvouch.toml", rest.split_once("```").expect("its end").0);
    let zones = "--zone-file example.org.zone --zone-file news.example.zone";
    let accepted = "--accept spf-multiple-records --accept dmarc-multiple-records";
    assert!(readme.contains(accepted));
    let diff = folder.mailvouch(&format!("diff {zones} {accepted}")).exits(1);
    for owner in ["example.org", "_dmarc.example.org"] {
        assert!(diff.stdout.contains(owner), "{diff}");
    }
}
