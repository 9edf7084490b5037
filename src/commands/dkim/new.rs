//! `dkim new`: a key pair, the record, and the lines of the declaration. It asks nobody and publishes nothing.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use mailvouch_providers::dns::Name;

use super::key_files;
use crate::cli::{DkimNewArgs, Exit, Form};
use crate::commands::out::Out;
use crate::commands::world::{DECLARATION, nearest};
use crate::declared::{Declaration, KeyPair, domain_argument, selector_argument};
use crate::output::dkim::{self, NewSelector};

pub(super) fn run(arguments: &DkimNewArgs) -> anyhow::Result<Exit> {
    let domain = domain_argument(&arguments.domain).map_err(|why| anyhow!("{why}"))?;
    let owner = selector_argument(&arguments.selector, &domain).map_err(|why| anyhow!("{why}"))?;
    let selector = owner.to_string();
    let selector = selector.strip_suffix(&format!("._domainkey.{domain}")).unwrap_or(&selector);
    let private = arguments.key.clone().unwrap_or_else(|| PathBuf::from(format!("{selector}.{domain}.pem")));
    let public = beside(&private)?;
    let declaration = match &arguments.config {
        Some(path) => Some(path.clone()),
        None => nearest()?,
    };
    if let Some(path) = &declaration {
        is_undeclared(path, &domain, &owner)?;
    }
    let key_file = from_declaration(&public, declaration.as_deref())?;
    let pair = KeyPair::generate(arguments.kind.into(), public.clone())?;
    key_files::write(&pair, &private, &public)?;
    let new = NewSelector {
        domain: &domain,
        selector,
        owner: &owner,
        key: &pair.public,
        private_file: &private,
        key_file: &key_file,
        declaration: declaration.as_deref().unwrap_or(Path::new(DECLARATION)),
    };
    Out::new(None)?.print(&match arguments.format {
        Form::Human => dkim::human(&new),
        Form::Json => dkim::json(&new),
    })?;
    Ok(Exit::Clean)
}

/// The file of the public key: that of the private one, with `.pub.pem` for its end.
fn beside(private: &Path) -> anyhow::Result<PathBuf> {
    let is_pem = private.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pem"));
    let stem = if is_pem { private.file_stem() } else { private.file_name() };
    let mut name = stem.map(OsString::from).with_context(|| format!("{} names no file", private.display()))?;
    name.push(".pub.pem");
    Ok(private.with_file_name(name))
}

/// A selector that is in use gets no second key: signatures on their way would fail (RFC 6376, section 3.1).
///
/// A declaration that cannot be read is no hindrance: it may name the very file that is to be made.
fn is_undeclared(path: &Path, domain: &Name, owner: &Name) -> anyhow::Result<()> {
    let Ok(declaration) = Declaration::load(path) else { return Ok(()) };
    let selectors = declaration.domain(domain).map(|domain| domain.dkim.as_slice()).unwrap_or_default();
    if let Some(declared) = selectors.iter().find(|selector| selector.owner == *owner) {
        let line = declaration.file.positions(&[declared.name.span.start]).first().map_or(0, |position| position.line);
        bail!(
            "the selector is declared already ({}:{line}): a new key takes a new selector, and the old one stays \
             published until mail that it signed has arrived",
            path.display()
        );
    }
    Ok(())
}

/// The path as the declaration is to have it: from its folder where it is below that.
fn from_declaration(public: &Path, declaration: Option<&Path>) -> anyhow::Result<String> {
    let folder = |file: &Path| {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().map_err(|error| match error.kind() {
            ErrorKind::NotFound => anyhow!("there is no folder {}: make it first", folder.display()),
            _ => anyhow::Error::new(error).context(format!("cannot use the folder {}", folder.display())),
        })
    };
    let name = public.file_name().unwrap_or_default();
    let public = folder(public)?.join(name);
    let base = folder(declaration.unwrap_or(Path::new(DECLARATION)))?;
    let path = public.strip_prefix(&base).unwrap_or(&public);
    let text = path.to_str();
    ensure!(text.is_some(), "{} cannot stand in a declaration: it is no UTF-8", path.display());
    Ok(text.unwrap_or_default().to_owned())
}
