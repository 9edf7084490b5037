//! The declaration: what is read from it, and what is said about one that is wrong.

mod catalogue;
mod documented;
mod hostile;
mod keys;
mod notes;
mod reads;
mod refuses;

use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use mailvouch::declared::{Declaration, DeclarationError, Problem, SourceFile};

/// Where the fixtures of this area are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declared")
}

/// Reads a declaration whose key files are those of `tests/declared/keys`.
fn read(text: &str) -> Result<Declaration, DeclarationError> {
    Declaration::from_text(Path::new("mailvouch.toml"), text, &folder())
}

/// Problems as a terminal shows them.
fn render(level: &Level<'_>, file: &SourceFile, problems: &[Problem]) -> String {
    let path = file.path().display().to_string();
    let group = |problem: &Problem| -> Group<'_> {
        let snippet = Snippet::source(file.text().to_owned()).path(path.clone());
        let primary = AnnotationKind::Primary.span(problem.span.clone());
        let related = problem
            .related
            .iter()
            .map(|related| AnnotationKind::Context.span(related.span.clone()).label(related.text.clone()));
        let group = level
            .clone()
            .primary_title(problem.message.clone())
            .element(snippet.annotation(primary).annotations(related));
        match &problem.help {
            Some(help) => group.element(Level::HELP.message(help.clone())),
            None => group,
        }
    };
    let shown: Vec<String> = problems.iter().map(|problem| Renderer::plain().render(&[group(problem)])).collect();
    shown.join("\n\n") + "\n"
}

/// What is shown of a declaration that is wrong.
fn render_error(error: &DeclarationError) -> String {
    match error {
        DeclarationError::Invalid { file, problems, .. } => render(&Level::ERROR, file, problems),
        other => format!("error: {other}\n"),
    }
}
