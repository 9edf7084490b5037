//! Between records as the API writes them and values.

use super::endpoints::Fields;
use super::model::Record;
use crate::dns::{Name, Rdata, RrType, Txt};
use crate::{ProviderError, Value};

/// "Automatic" in the API.
pub(super) const AUTOMATIC: u32 = 1;
/// What it is in DNS, in seconds.
pub(super) const AUTOMATIC_SECONDS: u32 = 300;

/// The data of a record of this type.
pub(super) fn rdata(rtype: RrType, record: &Record) -> Result<Rdata, ProviderError> {
    let content = record.content.as_str();
    let parsed = match rtype {
        RrType::TXT => Ok(text(content)),
        RrType::CNAME | RrType::NS | RrType::PTR => Rdata::parse(rtype, &absolute(content)),
        RrType::MX => {
            let priority = record.priority.unwrap_or_default();
            Rdata::parse(rtype, &format!("{priority} {}", absolute(content)))
        }
        RrType::A | RrType::AAAA | RrType::SOA => Rdata::parse(rtype, content),
        // Never written, so what it says exactly does not matter; that it stands there does.
        _ => Ok(Rdata::parse(rtype, content).unwrap_or_else(|_| Rdata::Other { rtype, text: content.to_owned() })),
    };
    parsed.map_err(|error| {
        let name = &record.name;
        ProviderError::Unavailable(format!("Cloudflare gave {name} {rtype} `{content}`, which cannot be read: {error}"))
    })
}

/// The value of a record.
pub(super) fn value(rdata: &Rdata, record: &Record) -> Value {
    let ttl = if record.ttl == AUTOMATIC { AUTOMATIC_SECONDS } else { record.ttl };
    Value { rdata: rdata.clone(), ttl, handle: Some(record.id.clone()) }
}

/// A text: character-strings in quotes, or what somebody once typed without any. Cloudflare serves a string that is too
/// long cut into several.
fn text(content: &str) -> Rdata {
    let strings = is_quoted(content).then(|| Rdata::parse_source(RrType::TXT, content).ok()).flatten();
    match strings {
        Some(Rdata::Txt(txt)) => Rdata::Txt(txt.with_long_strings_cut()),
        _ => Rdata::Txt(Txt::from_text(content.as_bytes())),
    }
}

/// Whether a text is character-strings in quotes, with nothing but blanks between them.
fn is_quoted(content: &str) -> bool {
    let (mut inside, mut escaped, mut strings) = (false, false, 0);
    for byte in content.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => {
                strings += usize::from(!inside);
                inside = !inside;
            }
            b' ' | b'\t' => {}
            _ if inside => {}
            _ => return false,
        }
    }
    strings > 0 && !inside
}

/// Names in the API have no dot at the end; the root is one.
fn absolute(name: &str) -> String {
    if name.ends_with('.') { name.to_owned() } else { format!("{name}.") }
}

/// A value as the API takes it, for a record that comes or for one that changes (`id`).
pub(super) fn fields(owner: &Name, value: &Value, ttl: u32, id: Option<String>) -> Result<Fields, ProviderError> {
    let rtype = value.rdata.rtype();
    let (content, priority) = match &value.rdata {
        Rdata::Mx { preference, exchange } => (exchange.to_string(), Some(*preference)),
        Rdata::Cname(target) | Rdata::Ptr(target) => (target.to_string(), None),
        Rdata::A(_) | Rdata::Aaaa(_) | Rdata::Txt(_) => (value.rdata.to_string(), None),
        Rdata::Ns(_) | Rdata::Soa(_) | Rdata::Other { .. } => {
            return Err(ProviderError::Unsupported(format!("records of type {rtype} cannot be written ({owner})")));
        }
    };
    let proxied = match rtype {
        RrType::CNAME => Some(false),
        // Whether the address that it replaces was behind the proxy is not ours to change.
        RrType::A | RrType::AAAA => id.is_none().then_some(false),
        _ => None,
    };
    let (rtype, name) = (rtype.to_string(), owner.to_string());
    Ok(Fields { id, rtype, name, content, priority, ttl, proxied, settings: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Vec<Vec<u8>> {
        text(content).as_txt().expect("a text").strings().iter().map(|string| string.to_vec()).collect()
    }

    #[test]
    fn a_text_is_read_with_and_without_quotes() {
        assert_eq!(read(r#""v=spf1 " "-all""#), [b"v=spf1 ".to_vec(), b"-all".to_vec()]);
        assert_eq!(read(r#""a \"quoted\" \\ \065""#), [br#"a "quoted" \ A"#.to_vec()]);
        assert_eq!(read(r#""""#), [b"".to_vec()]);
        assert_eq!(read("\"gr\u{fc}n\""), ["gr\u{fc}n".as_bytes().to_vec()]);
        assert_eq!(read("v=spf1 -all"), [b"v=spf1 -all".to_vec()]);
        for literal in
            [r#""half a quote"#, r#""one" two"#, r"back\slash", r#"inside "quotes" only"#, r#""broken \999""#]
        {
            assert_eq!(read(literal), [literal.as_bytes().to_vec()]);
        }
    }

    #[test]
    fn a_long_text_is_cut_as_it_is_served() {
        let long = "k".repeat(300);
        for content in [long.clone(), format!("\"{long}\"")] {
            assert_eq!(read(&content).iter().map(Vec::len).collect::<Vec<_>>(), [255, 45]);
        }
    }
}
