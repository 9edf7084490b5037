//! What is wrong with a declaration, and what is worth a note in one.

use std::error::Error as _;
use std::ops::Range;

use super::place::in_declaration;
use super::snippet::{Body, Excerpt, Mark, advice, gutter, render};
use crate::declared::{DeclarationError, Problem, SourceFile};
use crate::lint::{Role, Severity};
use crate::output::Note;
use crate::output::printable::printable;
use crate::output::style::{ERROR, INFO, STRONG, of_severity, paint};
use crate::output::words::count;

/// Most problems that are shown: nobody mends more before reading again.
const SHOWN: usize = 20;

fn title(message: &str) -> String {
    format!("{}: {}\n", paint(ERROR, "error"), paint(STRONG, &printable(message)))
}

/// What else went wrong: files, arguments, providers. Much of it is told in other people's words.
pub fn failure(message: &str) -> String {
    title(message)
}

/// What is wrong with a declaration, and how much.
pub fn problems(error: &DeclarationError) -> String {
    let mut text = String::new();
    match error {
        DeclarationError::Invalid { file, problems, omitted } => {
            for problem in problems.iter().take(SHOWN) {
                text.push_str(&about(problem, file));
                text.push('\n');
            }
            let all = problems.len() + omitted;
            let path = printable(&file.path().display().to_string()).into_owned();
            let shown = if all > SHOWN { format!("; the first {SHOWN} are shown") } else { String::new() };
            text.push_str(&format!("{path}: {}{shown}\n", paint(ERROR, &count(all, "problem"))));
        }
        DeclarationError::Unreadable { .. } | DeclarationError::TooLarge { .. } => {
            text.push_str(&title(&error.to_string()));
            if let Some(source) = error.source() {
                text.push_str(&advice(1, "cause", &printable(&source.to_string())));
            }
        }
    }
    text
}

/// What is allowed, and worth a word. One line each: they stand beside the findings, which are what is waited for.
pub fn notes(notes: &[Note]) -> String {
    let line = |Note { severity, file, line, column, message, help }: &Note| {
        let help = help.as_ref().map(|help| format!("; {}", printable(help))).unwrap_or_default();
        let word = match severity {
            Severity::Info => paint(INFO, "note"),
            worse => paint(of_severity(*worse), worse.name()),
        };
        format!("{word}: {}:{line}:{column}: {}{help}\n", printable(file), printable(message))
    };
    notes.iter().map(line).collect()
}

fn about(problem: &Problem, file: &SourceFile) -> String {
    let mark = |span: &Range<usize>, note: &str, role| {
        in_declaration(file, Mark { span: span.clone(), note: printable(note).into_owned(), role })
    };
    let mut excerpts: Vec<Excerpt> = vec![mark(&problem.span, "", Role::Primary)];
    for related in &problem.related {
        let excerpt = mark(&related.span, &related.text, Role::Context);
        match (&mut excerpts[0].body, excerpt.body) {
            (Body::Line(first, line, marks), Body::Line(number, _, more))
                if *first == number && line.holds(&related.span) =>
            {
                marks.extend(more);
            }
            (_, body) => excerpts.push(Excerpt { at: excerpt.at, body }),
        }
    }
    let gutter = gutter(&excerpts);
    let mut text = title(&problem.message) + &render(&excerpts, gutter, ERROR);
    if let Some(help) = &problem.help {
        text.push_str(&advice(gutter, "help", &printable(help)));
    }
    text
}
