//! Completions and the manual page.

use std::path::Path;
use std::process::Command;

use super::{assert_committed, printed};

#[test]
fn completions_are_what_the_program_writes() {
    for (shell, file) in [
        ("bash", "mailvouch.bash"),
        ("zsh", "_mailvouch"),
        ("fish", "mailvouch.fish"),
        ("elvish", "mailvouch.elv"),
        ("powershell", "_mailvouch.ps1"),
    ] {
        assert_committed(&format!("docs/completions/{file}"), &printed(&["completions", shell]));
    }
    let wrong =
        Command::new(env!("CARGO_BIN_EXE_mailvouch")).args(["completions", "tcsh"]).output().expect("it starts");
    assert_eq!(wrong.status.code(), Some(2));
}

/// The words that bash offers for a line.
fn offered(words: &[&str]) -> Vec<String> {
    let script = r#"eval "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _mailvouch mailvouch "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf '%s\n' "${COMPREPLY[@]}""#;
    let completions = printed(&["completions", "bash"]);
    let ran = Command::new("bash").args(["-c", script, "bash", &completions]).args(words).output().expect("bash");
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    String::from_utf8(ran.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_values() {
    let spf = offered(&["mailvouch", "spf", ""]);
    for command in ["eval", "tree", "coverage"] {
        assert!(spf.contains(&command.to_owned()), "{spf:?}");
    }
    let options = offered(&["mailvouch", "check", "--write"]);
    assert_eq!(options, ["--write-baseline"]);
    let formats = offered(&["mailvouch", "check", "--format", "s"]);
    assert_eq!(formats, ["sarif"]);
}

#[test]
fn the_manual_page_is_what_the_program_writes_and_man_reads_it() {
    let page = printed(&["man"]);
    assert_committed("docs/man/mailvouch.1", &page);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/man/mailvouch.1");
    let mut man = Command::new("man");
    man.args(["--warnings", "--local-file"]).arg(path).env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8");
    let ran = man.output().expect("man");
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    let text = String::from_utf8(ran.stdout).expect("UTF-8");
    for heading in ["MAILVOUCH CHECK", "MAILVOUCH SPF EVAL", "MAILVOUCH DKIM NEW"] {
        assert!(text.lines().any(|line| line == heading), "{heading}: {text}");
    }
    // Lines are justified: blanks are where they fit.
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Exit codes: 0 clean or done"), "{text}");
}
