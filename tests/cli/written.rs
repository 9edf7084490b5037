//! Files that commands write: whole, or what stood there before.

use std::path::Path;
use std::process::{Command, Output};

use super::runner::Folder;

const ZONE: &str = "$ORIGIN example.com.\n@ 60 SOA ns1 h 1 1 1 1 1\n@ 60 TXT \"v=spf1 ip4:192.0.2.256 -all\"\n";

/// Runs a line of a shell in a folder, with `$mailvouch` for the program.
fn shell(folder: &Folder, line: &str) -> Output {
    let mut command = Command::new("bash");
    command.args(["-c", line]).current_dir(folder.path()).env("mailvouch", env!("CARGO_BIN_EXE_mailvouch"));
    command.output().expect("bash")
}

fn names(folder: &Folder) -> Vec<String> {
    let paths = folder.files().into_iter().map(|(path, _)| path.display().to_string());
    let mut names: Vec<String> = paths.map(|path| path.rsplit('/').next().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_disk_that_is_full_leaves_the_report_that_was_there() {
    let folder = Folder::with(&[("z", ZONE), ("report", "as it was")]);
    for arguments in ["check --format json -o report", "check -o report", "check --save-answers report -o other"] {
        // Files of at most 1 KiB: more cannot be written, as on a disk that is full.
        let line =
            format!("trap '' XFSZ; ulimit -f 1; \"$mailvouch\" {arguments} example.com --zone-file z --selector s1");
        let ran = shell(&folder, &line);
        let told = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{arguments}: {told}");
        assert!(told.contains("cannot write"), "{arguments}: {told}");
        assert_eq!(folder.read("report"), "as it was", "{arguments}");
    }
    assert!(
        names(&folder).iter().all(|name| ["z", "report", "other"].contains(&name.as_str())),
        "{:?}",
        names(&folder)
    );
}

#[test]
fn a_report_takes_its_place_whole() {
    let folder = Folder::with(&[("z", ZONE), ("private", "")]);
    let line = "umask 022; ln -s target link; : > target; chmod 600 private; \
                for to in new link private; do \"$mailvouch\" check example.com --zone-file z --exit-zero -o $to; done; \
                stat -c '%n %F %a' new link target private";
    let told = shell(&folder, line);
    let told = String::from_utf8_lossy(&told.stdout);
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        ["new regular file 644", "link symbolic link 777", "target regular file 644", "private regular file 600"]
    );
    assert!(folder.read("new").contains("example.com: fail"), "{}", folder.read("new"));
    assert_eq!(folder.read("new"), folder.read("target"));
    assert_eq!(folder.read("new"), folder.read("private"));
    assert_eq!(names(&folder).iter().filter(|name| name.starts_with('.')).count(), 0);
}

#[test]
fn a_device_is_written_to() {
    let folder = Folder::with(&[("z", ZONE)]);
    let told = shell(&folder, "\"$mailvouch\" check example.com --zone-file z -o /dev/stdout | cat");
    assert!(String::from_utf8_lossy(&told.stdout).contains("example.com: fail"), "{told:?}");
    for line in [
        "\"$mailvouch\" check example.com --zone-file z -o /dev/full",
        "\"$mailvouch\" check example.com --zone-file z > /dev/full",
    ] {
        let ran = shell(&folder, line);
        assert_eq!(ran.status.code(), Some(2), "{line}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains("No space left"), "{line}: {ran:?}");
    }
    assert!(Path::new("/dev/full").exists());
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let folder = Folder::with(&[("z", ZONE)]);
    for format in ["human", "json", "ndjson"] {
        let line = format!(
            "for i in $(seq 200); do echo n$i.example.com; done > names; \
             \"$mailvouch\" check --zone-file z --domains-from names --format {format} | head -c 1 > /dev/null; \
             echo ${{PIPESTATUS[0]}}"
        );
        let ran = shell(&folder, &line);
        assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "1", "{format}: {ran:?}");
        assert!(ran.stderr.is_empty(), "{format}: {ran:?}");
    }
}

#[test]
fn lines_fit_the_terminal_and_nothing_else_depends_on_it() {
    let folder = Folder::with(&[("z", ZONE)]);
    let check = "\"$mailvouch\" check example.com --zone-file z --selector s1";
    let in_terminal = |columns: u32, line: &str| {
        let line = format!("script --quiet --command 'stty rows 40 cols {columns}; {line}' /dev/null");
        let shown = String::from_utf8(shell(&folder, &line).stdout).expect("UTF-8");
        anstream::adapter::strip_str(&shown).to_string().replace('\r', "")
    };
    // A place is a name, and stands on one line.
    let sentences = |text: &str| -> Vec<usize> {
        text.lines().filter(|line| !line.contains("-->")).map(|line| line.chars().count()).collect()
    };
    let widest = |text: &str| sentences(text).into_iter().max().expect("lines");
    let (narrow, wide) = (in_terminal(70, check), in_terminal(200, check));
    assert!(widest(&narrow) <= 70, "{narrow}");
    assert!((71..=120).contains(&widest(&wide)), "{wide}");
    // The same words, line ends apart.
    let words = |text: &str| text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    assert_eq!(words(&narrow), words(&wide), "{narrow}{wide}");
    // A file and a pipe have lines of one width, from wherever they are made.
    in_terminal(70, &format!("{check} -o narrow"));
    shell(&folder, &format!("{check} > piped"));
    assert_eq!(folder.read("narrow"), folder.read("piped"));
}
