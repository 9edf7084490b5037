//! The blocks of a configuration that hold records.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::forms::{RESOURCES, Resource};
use crate::ProviderError;
use crate::dns::Name;
use crate::program::{Dialect, Text, Token, Word, closing};

/// `resource "aws_route53_record" "spf" { … }`.
pub(super) struct Block<'a> {
    pub(super) file: &'a Text,
    pub(super) resource: &'static Resource,
    /// The name that the configuration has for it.
    pub(super) label: String,
    /// Its tokens, from `resource` to the brace that closes it.
    pub(super) all: Range<usize>,
    /// The tokens between its braces.
    pub(super) inside: Range<usize>,
}

/// Files of one configuration; more are hardly meant.
const FILES: usize = 2000;

/// All `*.tf` and `*.tofu` below a folder, but what Terraform or another program has fetched.
pub(super) fn files(folder: &Path) -> Result<Vec<Text>, ProviderError> {
    let failed =
        |path: &Path, error: std::io::Error| ProviderError::Unavailable(format!("{}: {error}", path.display()));
    let mut folders = vec![folder.to_owned()];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = folder.read_dir().map_err(|error| failed(&folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed(&folder, error))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(|error| failed(&folder, error))?);
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            let ending = path.extension().and_then(|ending| ending.to_str());
            if kind.is_dir() && !is_hidden && entry.file_name() != "node_modules" {
                folders.push(path);
            } else if kind.is_file() && !is_hidden && matches!(ending, Some("tf" | "tofu")) {
                paths.push(path);
            }
        }
        if paths.len() > FILES {
            let message = format!("{}: more than {FILES} files of Terraform", folder.display());
            return Err(ProviderError::Unsupported(message));
        }
    }
    paths.sort();
    paths.into_iter().map(|path| Text::read(path, Dialect::Hcl)).collect()
}

/// The blocks that hold records, in their order.
pub(super) fn blocks(files: &[Text]) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for file in files {
        for (index, window) in file.tokens.windows(4).enumerate() {
            let [head, kind, label, open] = window else { continue };
            let (Some("resource"), Some(kind), Some(label), true) =
                (head.name(), kind.literal(), label.literal(), open.is('{'))
            else {
                continue;
            };
            let resource = RESOURCES.iter().find(|resource| resource.name == kind);
            if let (Some(resource), Some(end)) = (resource, closing(&file.tokens, index + 3)) {
                let (all, inside) = (index..end + 1, index + 4..end);
                blocks.push(Block { file, resource, label: label.to_owned(), all, inside });
            }
        }
    }
    blocks
}

impl Block<'_> {
    pub(super) fn tokens(&self) -> &[Token] {
        &self.file.tokens[self.inside.clone()]
    }

    /// The tokens behind `name =`, to the end of the expression: a list, or what stands on the line.
    pub(super) fn attribute(&self, name: &str) -> Option<&[Token]> {
        let tokens = self.tokens();
        let mut depth = 0_usize;
        for (index, token) in tokens.iter().enumerate() {
            if depth == 0 && token.name() == Some(name) && tokens.get(index + 1).is_some_and(|next| next.is('=')) {
                let first = tokens.get(index + 2)?;
                if first.is('[') {
                    let end = closing(tokens, index + 2)?;
                    return tokens.get(index + 2..=end);
                }
                let until = self.file.end_of_line(first.span.start);
                let rest = &tokens[index + 2..];
                let end = rest.iter().take_while(|token| token.span.start < until).count();
                return rest.get(..end);
            }
            depth = if token.opens() {
                depth + 1
            } else if token.closes() {
                depth.saturating_sub(1)
            } else {
                depth
            };
        }
        None
    }

    /// What an attribute says, where that is a literal.
    pub(super) fn said(&self, name: &str) -> Option<&str> {
        match self.attribute(name)? {
            [only] => only.literal(),
            _ => None,
        }
    }

    /// The literals with data: of the attribute, or of the nested blocks.
    pub(super) fn data(&self) -> Vec<&Token> {
        let is_literal = |token: &&Token| matches!(token.word, Word::Literal(..));
        if self.resource.holds == super::forms::Holds::Blocks {
            let tokens = self.tokens();
            let values = tokens.windows(3).filter(|three| three[0].name() == Some("value") && three[1].is('='));
            return values.map(|three| &three[2]).filter(is_literal).collect();
        }
        // Before its fifth version the provider of Cloudflare had `value`.
        let names =
            [self.resource.data, if self.resource.name == "cloudflare_record" { "value" } else { self.resource.data }];
        let data = names.iter().find_map(|name| self.attribute(name)).unwrap_or_default();
        data.iter().filter(is_literal).collect()
    }

    /// Whether its owner is this name: none where Terraform works it out.
    pub(super) fn is_at(&self, owner: &Name, zone: &Name) -> Option<bool> {
        let literal = self.said(self.resource.owner)?.trim_end_matches('.').to_ascii_lowercase();
        let relative = owner.relative_to(zone);
        let is_apex = relative.as_deref() == Some("") && matches!(literal.as_str(), "" | "@");
        if literal == owner.to_string() {
            return Some(true);
        }
        if !is_apex && (literal.is_empty() || relative.as_deref() != Some(literal.as_str())) {
            return Some(false);
        }
        // A short name is this one in one zone, and another one in every other.
        self.said_zone().map(|said| said.eq_ignore_ascii_case(&zone.to_string()))
    }

    /// The zone that it says it is in; none where that is worked out, or an id.
    fn said_zone(&self) -> Option<&str> {
        let attribute = self.resource.place.iter().find(|name| matches!(**name, "zone_name" | "domain"))?;
        self.said(attribute).map(|said| said.trim_end_matches('.'))
    }

    /// Whether it is of this type; one that is worked out may be.
    pub(super) fn may_be(&self, rtype: &str) -> bool {
        if self.resource.name == "azurerm_dns_txt_record" {
            return rtype == "TXT";
        }
        self.attribute("type").is_none_or(|_| self.said("type").is_none_or(|said| said == rtype))
    }
}
