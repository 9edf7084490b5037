//! The calls in a program that declare records.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::ProviderError;
use crate::dns::Name;
use crate::program::{Dialect, Text, Token, Word, closing};

/// `D(…)` or `D_EXTEND(…)` of a domain at or below which a name is.
pub(super) struct Domain<'a> {
    pub(super) file: &'a Text,
    pub(super) name: Name,
    /// What stands behind the `!` of its name; empty where nothing does.
    pub(super) view: String,
    /// The tokens between its parentheses.
    pub(super) inside: Range<usize>,
}

/// A record: `TXT("@", "…")`.
pub(super) struct Call {
    pub(super) rtype: String,
    /// The owner; none where the program works it out.
    pub(super) owner: Option<Name>,
    /// The tokens of each argument.
    pub(super) arguments: Vec<Range<usize>>,
    /// From its name to its closing parenthesis.
    pub(super) span: Range<usize>,
}

/// Files of one program; more are hardly meant.
const FILES: usize = 500;
/// Folders in folders that are looked into.
const DEPTH: usize = 8;

/// The first file, and those that it and they require by a literal.
pub(super) fn files(first: &Path) -> Result<(Vec<Text>, Vec<String>), ProviderError> {
    let mut files = vec![Text::read(first.to_owned(), Dialect::JavaScript)?];
    let (mut seen, mut untold) = (vec![first.canonicalize().unwrap_or(first.to_owned())], Vec::new());
    let mut index = 0;
    while index < files.len() && files.len() < FILES {
        for (at, path) in required(&files[index], first) {
            let place = files[index].place(at);
            let Some(paths) = path else {
                untold.push(format!("{place}: what is required here is worked out when the program runs"));
                continue;
            };
            for path in paths {
                let real = path.canonicalize().unwrap_or(path.clone());
                let is_program = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("js"));
                if is_program && !seen.contains(&real) {
                    seen.push(real);
                    match Text::read(path, Dialect::JavaScript) {
                        Ok(file) => files.push(file),
                        Err(error) => untold.push(format!("{place}: {error}")),
                    }
                }
            }
        }
        index += 1;
    }
    untold.extend(files.iter().filter_map(Text::open_end));
    Ok((files, untold))
}

/// What a file requires: paths from `./` on are relative to it, others to the first (docs.dnscontrol.org, "require").
fn required(file: &Text, first: &Path) -> Vec<(usize, Option<Vec<PathBuf>>)> {
    let folder = |of: &Path| of.parent().unwrap_or(Path::new("")).to_owned();
    let mut found = Vec::new();
    for (index, token) in file.tokens.iter().enumerate() {
        let Some(call @ ("require" | "require_glob")) = token.name() else { continue };
        if !file.tokens.get(index + 1).is_some_and(|next| next.is('(')) {
            continue;
        }
        let path = file.tokens.get(index + 2).and_then(Token::literal);
        let paths = path.map(|path| {
            // `require_glob` always begins at the file that has it (pkg/js/js.go, `listFiles`).
            let is_own = call == "require_glob" || path.starts_with('.');
            let base = if is_own { folder(&file.path) } else { folder(first) };
            let path = base.join(path);
            // `require_glob(folder, false)` leaves the folders below it out.
            let is_flat = file.tokens.get(index + 4).and_then(Token::name) == Some("false");
            match call {
                "require" => vec![path],
                _ => all_below(&path, if is_flat { 0 } else { DEPTH }),
            }
        });
        found.push((token.span.start, paths));
    }
    found
}

fn all_below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| if path.is_dir() && depth > 0 { all_below(&path, depth - 1) } else { vec![path] })
        .collect()
}

/// The calls for a domain at or above this zone's names.
pub(super) fn domains<'a>(files: &'a [Text], zone: &Name) -> Vec<Domain<'a>> {
    let mut found = Vec::new();
    for file in files {
        for (index, token) in file.tokens.iter().enumerate() {
            let opens = file.tokens.get(index + 1).is_some_and(|next| next.is('('));
            if !matches!(token.name(), Some("D" | "D_EXTEND")) || !opens {
                continue;
            }
            // A tag behind `!` is no part of the name (docs.dnscontrol.org, "D").
            let Some(text) = file.tokens.get(index + 2).and_then(Token::literal) else { continue };
            let (name, view) = text.split_once('!').unwrap_or((text, ""));
            let Ok(name) = name.parse::<Name>() else { continue };
            if name.is_at_or_below(zone)
                && let Some(end) = closing(&file.tokens, index + 1)
            {
                found.push(Domain { file, name, view: view.to_owned(), inside: index + 2..end });
            }
        }
    }
    found
}

impl Domain<'_> {
    /// Where its name stands.
    pub(super) fn start(&self) -> usize {
        self.file.tokens[self.inside.start].span.start
    }

    /// The records that are declared in it, in their order.
    pub(super) fn calls(&self) -> Vec<Call> {
        let tokens = &self.file.tokens;
        let mut calls = Vec::new();
        for index in self.inside.clone() {
            let is_record = |name: &&str| {
                !name.is_empty()
                    && name.chars().all(|char| char.is_ascii_uppercase() || char == '_' || char.is_ascii_digit())
            };
            let Some(rtype) = tokens[index].name().filter(is_record) else { continue };
            if !tokens.get(index + 1).is_some_and(|next| next.is('(')) {
                continue;
            }
            let Some(end) = closing(tokens, index + 1) else { continue };
            let arguments = arguments(tokens, index + 2..end);
            let owner = arguments.first().and_then(|first| match &tokens[first.clone()] {
                [Token { word: Word::Literal(label, _), .. }] => self.owner(label),
                _ => None,
            });
            let span = tokens[index].span.start..tokens[end].span.end;
            calls.push(Call { rtype: rtype.to_owned(), owner, arguments, span });
        }
        calls
    }

    fn owner(&self, label: &str) -> Option<Name> {
        match label {
            "@" => Some(self.name.clone()),
            _ if label.ends_with('.') => label.parse().ok(),
            _ => self.name.child(label).ok(),
        }
    }
}

fn arguments(tokens: &[Token], range: Range<usize>) -> Vec<Range<usize>> {
    let (mut arguments, mut start, mut depth) = (Vec::new(), range.start, 0_usize);
    for index in range.clone() {
        let token = &tokens[index];
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is(',') {
            arguments.push(start..index);
            start = index + 1;
        }
    }
    arguments.push(start..range.end);
    arguments
}
