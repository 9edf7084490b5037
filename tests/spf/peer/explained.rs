//! Where ours and pyspf 2.0.14 differ, and what RFC 7208 says.

use mailvouch::published::Reason;
use mailvouch::spf::{Class, Evaluation, Problem};
use mailvouch_providers::dns::RrType;

/// A reason to differ: who is right by the RFC, and how a case of it is known.
struct Explained {
    /// In a few words, with the section that decides.
    reason: &'static str,
    applies: fn(ours: &Evaluation, theirs: &str, words: &str) -> bool,
}

const EXPLAINED: &[Explained] = &[
    Explained {
        reason: "section 6: only `redirect` and `exp` may stand once; pyspf holds that of any modifier",
        applies: |_, theirs, words| {
            let again = "MUST appear at most once";
            theirs == "permerror" && words.contains(again) && !words.contains("redirect=") && !words.contains("exp=")
        },
    },
    Explained {
        reason: "sections 4.6 and 5.2: a record that includes itself is an error for whoever comes to that term, when \
                 the look-ups are spent; pyspf says so before any term is evaluated",
        applies: |_, theirs, words| theirs == "permerror" && words.contains("include has trivial recursion"),
    },
    Explained {
        reason: "section 7.1: `%%` may end a macro-string; pyspf takes its second `%` for the beginning of another macro",
        applies: |_, theirs, words| theirs == "permerror" && words.contains("invalid-macro-char"),
    },
    Explained {
        reason: "sections 4.6 and 7.1: a macro that is not closed is a syntax error, in modifiers that nobody knows too; \
                 pyspf leaves it as text",
        applies: |ours, _, _| matches!(&ours.problem, Some(Problem::Syntax { term, .. }) if term.ends_with("%{")),
    },
    Explained {
        reason: "sections 4.6.4 and 5.5: names of the client that have no address are skipped; pyspf counts each as \
                 void, and looks all of them up for `%{p}` before the first term",
        applies: |ours, theirs, words| {
            theirs == "permerror" && words.contains("Void lookup limit") && asks_for_names(ours)
        },
    },
];

/// Whether the client's names are asked for, or would be: pyspf expands macros of terms that are never reached.
fn asks_for_names(ours: &Evaluation) -> bool {
    ours.trace.steps().any(|step| {
        let text = String::from_utf8_lossy(step.published().record.text()).to_ascii_lowercase();
        text.contains("%{p") || step.asked().iter().any(|asked| asked.question.rtype == RrType::PTR)
    })
}

/// Why they differ, if that is known. Ours is never excused for an answer that it lacks.
pub(super) fn reason(ours: &Evaluation, theirs: &str, words: &str) -> Option<&'static str> {
    let lacking = matches!(&ours.problem, Some(Problem::LookUpFailed { failure, .. })
        if failure.reason == Reason::NotInSnapshot && ours.result == Class::TempError);
    assert!(!lacking, "an evaluation that was not finished");
    EXPLAINED.iter().find(|explained| (explained.applies)(ours, theirs, words)).map(|explained| explained.reason)
}

/// Every reason that is listed has to be needed: one that no case shows is one that nobody checks.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    EXPLAINED.iter().map(|explained| explained.reason)
}
