//! What can be wrong with the text before it has any meaning: its encoding, its TOML, its version.

use std::ops::Range;

use toml::de::{DeTable, Error};

use super::problem::Problem;
use super::suggest::quoted;

/// Beyond this size only the first error is told: a file of another kind has millions.
const RECOVERABLE: usize = 1 << 20;

/// Most errors that are told of a text that is no TOML.
const MOST: usize = 20;

/// What an empty file is to become.
const EXAMPLE: &str = "version = 1\n[domains.\"example.com\"]\nsenders = [\"microsoft-365\"]";

/// Bytes that are no UTF-8, the first at `offset`. The span is that of the replacement character there.
pub(super) fn no_utf8(bytes: &[u8], offset: usize) -> Problem {
    let help = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16: save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    let span = offset..offset + char::REPLACEMENT_CHARACTER.len_utf8();
    Problem::new(&span, format!("the declaration is no UTF-8: byte {offset} begins no character")).help(help)
}

/// The version is missing.
pub(super) fn no_version(text: &str) -> Problem {
    let empty = text.lines().all(|line| {
        let line = line.trim_start_matches('\u{feff}').trim();
        line.is_empty() || line.starts_with('#')
    });
    if empty {
        let help = format!("a declaration begins like this:\n{EXAMPLE}");
        return Problem::new(&(0..0), "the declaration is empty: `version = 1` is missing").help(help);
    }
    Problem::new(&(0..0), "`version = 1` is missing").help("write it as the first line, before every section")
}

/// The tables of a text, and what is wrong with its TOML: one problem a line, since the rest of a line that went wrong
/// is read for something else than it is.
pub(super) fn parse(text: &str) -> (DeTable<'_>, Vec<Problem>) {
    let (table, errors) = if text.len() > RECOVERABLE {
        match DeTable::parse(text) {
            Ok(table) => (table.into_inner(), Vec::new()),
            Err(error) => (DeTable::new(), vec![error]),
        }
    } else {
        let (table, errors) = DeTable::parse_recoverable(text);
        (table.into_inner(), errors)
    };
    let mut spanned: Vec<_> = errors.iter().map(|error| (place(error, text), error)).collect();
    spanned.sort_by_key(|(span, _)| (span.start, span.end));
    let mut end_of_line = 0;
    let first_of_line = spanned.into_iter().filter(|(span, _)| {
        let first = span.start >= end_of_line;
        if first {
            end_of_line = text[span.start..].find('\n').map_or(usize::MAX, |newline| span.start + newline + 1);
        }
        first
    });
    // Each may look back through the whole text for where a key stood first.
    let problems = first_of_line.take(MOST).map(|(span, error)| problem(&span, error.message(), text)).collect();
    (table, problems)
}

/// Where the error is; always inside the text, and between characters.
fn place(error: &Error, text: &str) -> Range<usize> {
    let span = error.span().unwrap_or(0..0);
    let inside = |offset: usize| (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = inside(span.start);
    start..inside(span.end).max(start)
}

/// The parser's words, made a sentence, and what to do where that is plain.
fn problem(span: &Range<usize>, message: &str, text: &str) -> Problem {
    let here = &text[span.clone()];
    if message == "duplicate key" {
        let help = "keep one of them; a section stands in a file once, with all its keys";
        let problem = Problem::new(span, format!("{} stands here for the second time", quoted(here))).help(help);
        return match first_of(span, text) {
            Some(first) => problem.related(&first, "here for the first time"),
            None => problem,
        };
    }
    if message.contains("recursion") {
        return Problem::new(span, "tables and lists are nested too deeply").help("a declaration nests four tables");
    }
    if message.starts_with("string values must be quoted") {
        let line = text[span.start..].lines().next().unwrap_or_default();
        let help = if line.starts_with(|character| matches!(character, '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}')) {
            "these quotation marks are those of a word processor: write straight ones, `\"`"
        } else {
            "put it in quotes, `\"…\"`"
        };
        return Problem::new(span, "this is no TOML: a string stands here without quotes").help(help);
    }
    let may_lack_a_quote = message.starts_with("invalid basic string") || message.starts_with("missing comma");
    let help = may_lack_a_quote.then_some("a quotation mark may be missing, here or before");
    Problem::new(span, format!("this is no TOML: {message}")).help_if(help)
}

/// Where the header or the key stood for the first time that the parser met again at `span`.
fn first_of(span: &Range<usize>, text: &str) -> Option<Range<usize>> {
    let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next()?.trim();
    let in_line = (span.start - start)..(span.end - start);
    let mut lines = text[..start].split_inclusive('\n').rev();
    let mut end = start;
    let same = |earlier: &str| {
        if line.starts_with('[') {
            earlier.trim() == line
        } else {
            earlier.split_once('=').map(|(key, _)| key.trim()) == line.split_once('=').map(|(key, _)| key.trim())
        }
    };
    let at = lines.find_map(|earlier| {
        end -= earlier.len();
        same(earlier).then_some(end)
    })?;
    let found = at + in_line.start..at + in_line.end;
    (text.get(found.clone()) == text.get(span.clone())).then_some(found)
}
