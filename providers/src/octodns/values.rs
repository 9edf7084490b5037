//! Values as the files have them, and as DNS does.

use std::sync::Arc;

use super::scalar::is_text;
use super::text::{Settings, published};
use super::yaml::{Fault, Kind, Node, Style};
use crate::dns::{Name, Rdata, RrType};

/// The types that are read: those that mail, aliases and delegations rest on. What octoDNS has beside them is of no
/// concern here, and some of it (`ALIAS`, `URLFWD`) is no type of DNS.
pub(super) fn type_of(word: &str) -> Option<RrType> {
    const READ: [&str; 11] = ["A", "AAAA", "CAA", "CNAME", "DNAME", "MX", "NS", "PTR", "SPF", "SRV", "TXT"];
    READ.contains(&word).then(|| word.parse().ok()).flatten()
}

/// Whether octoDNS has one value for the type, under `value`.
pub(super) fn is_single(rtype: RrType) -> bool {
    matches!(rtype, RrType::CNAME | RrType::DNAME)
}

/// A scalar that has to be a text: a plain word that YAML reads as a number or a date is none.
pub(super) fn text_of(node: &Node) -> Result<&str, Fault> {
    match node.scalar() {
        Some(_) if node.tag.is_some() => Err(node.fault("has a tag; write it without one")),
        Some((text, Style::Plain)) if !is_text(text) => {
            Err(node.fault(format!("YAML reads `{text}` as something else than a text; put it in quotes")))
        }
        Some((text, _)) => Ok(text),
        None => Err(node.fault("is no text")),
    }
}

/// A number, in quotes or not.
pub(super) fn number_of<T: std::str::FromStr>(node: &Node) -> Result<T, Fault> {
    let digits = |text: &&str| {
        text.bytes().all(|byte| byte.is_ascii_digit())
            && (text.len() == 1 || !text.starts_with('0'))
            && node.tag.is_none()
    };
    let number = node.scalar().map(|(text, _)| text).filter(digits).and_then(|text| text.parse().ok());
    number.ok_or_else(|| node.fault("is no number that fits here, in its plain form"))
}

/// A name, absolute. Without the dot, hosts differ in what they make of it.
fn name_of(node: &Node) -> Result<Name, Fault> {
    let text = text_of(node)?;
    if !text.is_ascii() || !text.ends_with('.') || text.contains('\\') {
        let what = format!(
            "`{text}` is no absolute name in ASCII; hosts differ in what they make of it: write it with its dot"
        );
        return Err(node.fault(what));
    }
    text.parse().map_err(|error| node.fault(format!("`{text}` is no domain name: {error}")))
}

/// A field of a value, by one of its names, as it stands and as it is meant.
pub(super) fn field(node: &Arc<Node>, names: &[&str]) -> Result<Arc<Node>, Fault> {
    let Kind::Mapping { entries, .. } = &node.kind else {
        return Err(node.fault(format!("has to be a mapping with `{}`", names[0])));
    };
    let is = |key: &Node, name: &str| key.scalar().is_some_and(|(text, _)| text == name);
    for name in names {
        let mut found = entries.iter().filter(|(key, _)| is(key, name));
        if let Some((_, value)) = found.next() {
            if let Some((again, _)) = found.next() {
                return Err(again.fault(format!("`{name}` stands here twice; YAML keeps the last")));
            }
            return Ok(value.clone());
        }
    }
    if let Some((merge, _)) = entries.iter().find(|(key, _)| is(key, "<<")) {
        return Err(merge.fault("the fields of a value are merged in; write them out"));
    }
    Err(node.fault(format!("lacks `{}`", names[0])))
}

/// One value of a type.
pub(super) fn rdata(rtype: RrType, node: &Arc<Node>, settings: Settings) -> Result<Rdata, Fault> {
    let node = &node.meant().0;
    let plain = |text: &str| Rdata::parse(rtype, text).map_err(|error| node.fault(error.to_string()));
    let text = |names: &[&str]| Ok::<_, Fault>(text_of(&field(node, names)?.meant().0)?.to_owned());
    let name = |names: &[&str]| name_of(&field(node, names)?.meant().0);
    let number = |names: &[&str]| number_of::<u32>(&field(node, names)?.meant().0);
    Ok(match rtype {
        RrType::TXT | RrType::SPF => {
            let published = published(text_of(node)?, settings);
            if rtype == RrType::TXT { Rdata::Txt(published) } else { plain(&published.to_string())? }
        }
        RrType::MX => {
            let preference = number_of(&field(node, &["preference", "priority"])?.meant().0)?;
            Rdata::Mx { preference, exchange: name(&["exchange", "value"])? }
        }
        RrType::CNAME | RrType::DNAME | RrType::NS | RrType::PTR => plain(&name_of(node)?.absolute())?,
        RrType::A | RrType::AAAA => plain(text_of(node)?)?,
        RrType(257) => {
            let value = text(&["value"])?.replace("\\;", ";").replace('\\', "\\\\").replace('"', "\\\"");
            let flags = field(node, &["flags"]).map_or(Ok(0), |flags| number_of::<u8>(&flags.meant().0))?;
            plain(&format!("{flags} {} \"{value}\"", text(&["tag"])?))?
        }
        _ => {
            let (priority, weight, port) = (number(&["priority"])?, number(&["weight"])?, number(&["port"])?);
            plain(&format!("{priority} {weight} {port} {}", name(&["target"])?.absolute()))?
        }
    })
}
