//! `demo`: the README's first command, which has to work anywhere and leave nothing behind.

use std::fs;
use std::path::Path;

use super::{Folder, snapshots};

/// Runs it with this folder for temporary files, and nothing else in the environment: no HOME, no path.
fn demo(temporary: &Folder) -> super::runner::Run {
    temporary.mailvouch("demo").env("TMPDIR", &temporary.path().display().to_string())
}

#[test]
fn it_shows_the_whole_loop_and_leaves_nothing_behind() {
    let _area = snapshots();
    let temporary = Folder::new();
    let ran = demo(&temporary).exits(0);
    insta::assert_snapshot!("demo", ran);
    for command in ["mailvouch check", "mailvouch diff", "mailvouch plan", "mailvouch apply"] {
        assert!(ran.stdout.contains(&format!("$ {command}")), "{command} is not shown\n{ran}");
    }
    // Wrong first, right in the end.
    let verdicts: Vec<&str> =
        ["example.com: fail", "example.com: pass"].into_iter().filter(|v| ran.stdout.contains(v)).collect();
    assert_eq!(verdicts.len(), 2, "{ran}");
    assert!(ran.stdout.find(verdicts[0]) < ran.stdout.rfind(verdicts[1]), "{ran}");
    assert!(ran.stderr.is_empty(), "{ran}");
    let left: Vec<_> = fs::read_dir(temporary.path()).expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn it_works_where_nothing_can_be_written_and_nobody_is_at_home() {
    let temporary = Folder::new();
    // Not even root can write there.
    demo(&temporary).inside(Path::new("/proc")).exits(0);
    // A declaration that happens to be near has nothing to do with it.
    temporary.write("mailvouch.toml", "no declaration");
    demo(&temporary).exits(0);
}

#[test]
fn it_says_the_same_each_time_but_for_the_journal() {
    let temporary = Folder::new();
    let without_journal =
        |text: String| text.lines().filter(|line| !line.contains(".jsonl")).map(str::to_owned).collect::<Vec<_>>();
    let first = without_journal(demo(&temporary).exits(0).stdout);
    assert_eq!(without_journal(demo(&temporary).exits(0).stdout), first);
}

#[test]
fn what_stands_in_its_way_is_left_alone() {
    let temporary = Folder::new();
    temporary.write("file", "");
    let ran = temporary.mailvouch("demo").env("TMPDIR", &temporary.path().join("file").display().to_string()).exits(2);
    assert!(ran.stderr.contains("cannot make"), "{ran}");
    assert_eq!(temporary.read("file"), "");
}

/// A file that is added to the example and not to the demo would be missed by whoever has the program alone.
#[test]
fn its_files_are_those_of_the_first_example() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/01-firewall-move");
    let source =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/demo.rs")).expect("its source");
    let mut folders = vec![example.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "README.md") {
                let name = path.strip_prefix(&example).expect("inside").display().to_string();
                assert!(source.contains(&format!("examples/01-firewall-move/{name}\"")), "{name} is not in the demo");
            }
        }
    }
}
