//! The page as Markdown.

use super::page::{Page, Piece, Section};
use crate::output::markdown::{block, prose, words};

pub(super) fn markdown(page: &Page) -> String {
    page.sections.iter().fold(format!("# {}\n", words(&page.title)), |text, part| text + &section(part))
}

fn section(section: &Section) -> String {
    let mut text = format!("\n## {}\n\n", words(&section.heading));
    for piece in &section.pieces {
        match piece {
            Piece::Rows(rows) => {
                text += "| | |\n|---|---|\n";
                for (label, value) in rows {
                    text += &format!("| {} | {} |\n", words(label), prose(value));
                }
            }
            Piece::Items(items) => text.extend(items.iter().map(|item| format!("- {}\n", prose(item)))),
            Piece::Block(lines) => text += &block("text", &printable_lines(lines)),
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// Lines, each printable.
pub(super) fn printable_lines(text: &str) -> String {
    text.lines().map(|line| crate::output::printable::printable(line).into_owned() + "\n").collect()
}
