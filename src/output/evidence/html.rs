//! The page as HTML, which needs nothing else and can do nothing: no script, and one style, by its hash.

use askama::Template;

use super::markdown::printable_lines;
use super::page::{Page, Piece};
use crate::output::html::source;
use crate::output::printable::printable;
use crate::output::prose::Prose;

const STYLE: &str = include_str!("evidence.css");

#[derive(Template)]
#[template(path = "evidence.html")]
struct Shown<'a> {
    policy: String,
    style: &'a str,
    version: &'a str,
    title: String,
    sections: Vec<Part>,
}

struct Part {
    heading: String,
    pieces: Vec<Shape>,
}

enum Shape {
    Rows(Vec<(&'static str, Prose)>),
    Items(Vec<Prose>),
    Block(String),
}

pub(super) fn html(page: &Page) -> Result<String, askama::Error> {
    let shape = |piece: &Piece| match piece {
        Piece::Rows(rows) => {
            Shape::Rows(rows.iter().map(|(label, value)| (*label, Prose::of(&printable(value)))).collect())
        }
        Piece::Items(items) => Shape::Items(items.iter().map(|item| Prose::of(&printable(item))).collect()),
        Piece::Block(lines) => Shape::Block(printable_lines(lines)),
    };
    let part = |section: &super::page::Section| Part {
        heading: printable(&section.heading).into_owned(),
        pieces: section.pieces.iter().map(shape).collect(),
    };
    let shown = Shown {
        policy: format!("default-src 'none'; style-src {}; base-uri 'none'; form-action 'none'", source(STYLE)),
        style: STYLE,
        version: env!("CARGO_PKG_VERSION"),
        title: printable(&page.title).into_owned(),
        sections: page.sections.iter().map(part).collect(),
    };
    shown.render()
}
