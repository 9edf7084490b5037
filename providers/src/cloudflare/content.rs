//! Between records as the API writes them and values.

use super::endpoints::Fields;
use super::model::Record;
use crate::dns::{Name, Rdata, RrType, Txt};
use crate::{ProviderError, Value};

/// "Automatic" in the API.
pub(super) const AUTOMATIC: u32 = 1;
/// What it is in DNS, in seconds, where a record is not proxied.
const AUTOMATIC_SECONDS: u32 = 300;

/// What a record says in DNS; none for types that are none, or of which no step of ours ever speaks.
pub(super) fn value(record: &Record) -> Result<Option<Value>, ProviderError> {
    let Ok(rtype) = record.rtype.parse::<RrType>() else { return Ok(None) };
    let ttl = if record.ttl == AUTOMATIC { AUTOMATIC_SECONDS } else { record.ttl };
    let content = record.content.as_str();
    let rdata = match rtype {
        RrType::TXT => Ok(text(content)),
        RrType::CNAME | RrType::NS | RrType::PTR => Rdata::parse(rtype, &absolute(content)),
        RrType::MX => {
            let priority = record.priority.unwrap_or_default();
            Rdata::parse(rtype, &format!("{priority} {}", absolute(content)))
        }
        // What cannot be read of these is no record for mail.
        _ => return Ok(Rdata::parse(rtype, content).ok().map(|rdata| of(record, rdata, ttl))),
    };
    let rdata = rdata.map_err(|error| {
        let name = &record.name;
        ProviderError::Unavailable(format!("Cloudflare gave {name} {rtype} `{content}`, which cannot be read: {error}"))
    })?;
    Ok(Some(of(record, rdata, ttl)))
}

fn of(record: &Record, rdata: Rdata, ttl: u32) -> Value {
    Value { rdata, ttl, handle: Some(record.id.clone()) }
}

/// A text: character-strings in quotes, or what somebody typed without any.
fn text(content: &str) -> Rdata {
    let strings = content.trim();
    let is_quoted = strings.len() >= 2 && strings.starts_with('"') && strings.ends_with('"');
    let quoted = is_quoted.then(|| Rdata::parse(RrType::TXT, strings).ok()).flatten();
    quoted.unwrap_or_else(|| Rdata::Txt(Txt::from_text(content.as_bytes())))
}

/// Names in the API have no dot at the end; the root is one.
fn absolute(name: &str) -> String {
    if name.ends_with('.') { name.to_owned() } else { format!("{name}.") }
}

fn relative(name: &Name) -> String {
    if name.is_root() { ".".to_owned() } else { name.to_string() }
}

/// A value as the API takes it.
pub(super) fn fields(owner: &Name, value: &Value, ttl: u32) -> Result<Fields, ProviderError> {
    let unusable = || ProviderError::Unsupported(format!("{owner}: {} cannot be written there", value.rdata));
    let rtype = value.rdata.rtype();
    let text = value.rdata.to_string();
    let (content, priority) = match (&value.rdata, rtype) {
        (Rdata::Cname(target), _) => (relative(target), None),
        (_, RrType::MX) => {
            let (priority, exchange) = text.split_once(' ').ok_or_else(unusable)?;
            let exchange = if exchange == "." { exchange } else { exchange.trim_end_matches('.') };
            (exchange.to_owned(), Some(priority.parse().map_err(|_| unusable())?))
        }
        (_, RrType::PTR) => (text.trim_end_matches('.').to_owned(), None),
        _ => (text, None),
    };
    let proxied = matches!(rtype, RrType::CNAME | RrType::A | RrType::AAAA).then_some(false);
    Ok(Fields { id: None, rtype: rtype.to_string(), name: relative(owner), content, priority, ttl, proxied })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_with_and_without_quotes() {
        let read = |content: &str| {
            text(content).as_txt().expect("a text").strings().iter().map(|string| string.to_vec()).collect::<Vec<_>>()
        };
        assert_eq!(read("\"v=spf1 \" \"-all\""), [b"v=spf1 ".to_vec(), b"-all".to_vec()]);
        assert_eq!(read("v=spf1 -all"), [b"v=spf1 -all".to_vec()]);
        assert_eq!(read("\"half a quote"), [b"\"half a quote".to_vec()]);
        assert_eq!(read(&"k".repeat(300)).len(), 2);
    }
}
