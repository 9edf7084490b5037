//! `Authentication-Results` (RFC 8601): what the recipient's system found.

use std::net::IpAddr;

use super::words::{Piece, address, pieces};

/// One field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// Who says so; Microsoft leaves it out.
    pub server: Option<String>,
    /// What was found, in order.
    pub methods: Vec<Method>,
}

/// One method and its result: `spf=pass (…) smtp.mailfrom=example.com`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Method {
    /// `spf`, `dkim`, `dmarc`, in small letters.
    pub name: String,
    /// `pass`, `fail`, `none`, in small letters.
    pub result: String,
    /// Each property with its value, in order: `smtp.mailfrom`, `header.d`; the names in small letters.
    pub properties: Vec<(String, String)>,
    /// Words beside it.
    pub comment: Option<String>,
}

impl Method {
    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(property, _)| property == name).map(|(_, value)| value.as_str())
    }

    /// The address that Microsoft's comment names: `sender IP is 203.0.113.10`. Others have it as `policy.iprev` or
    /// `smtp.remote-ip`.
    pub fn sender_ip(&self) -> Option<IpAddr> {
        let stated = self.comment.as_deref().and_then(|comment| {
            let at = comment.to_ascii_lowercase().find("sender ip is ")? + "sender ip is ".len();
            address(comment[at..].split_whitespace().next()?)
        });
        let property = || {
            ["smtp.remote-ip", "policy.iprev", "smtp.client-ip"].iter().find_map(|name| address(self.property(name)?))
        };
        stated.or_else(property)
    }
}

impl Results {
    /// Reads an unfolded field.
    pub fn read(value: &str) -> Self {
        let mut results = Self::default();
        let pieces = pieces(value);
        for (index, clause) in pieces.split(|piece| *piece == Piece::End).enumerate() {
            match method(clause) {
                Some(method) => results.methods.push(method),
                None if index == 0 => {
                    results.server = clause.iter().find_map(|piece| match piece {
                        // `i=1` is the instance of an ARC set (RFC 8617, section 4.1.1).
                        Piece::Word(word) if !word.starts_with("i=") => Some(word.to_ascii_lowercase()),
                        _ => None,
                    });
                }
                None => {
                    if results.server.is_none() && results.methods.is_empty() {
                        results.server = clause.iter().find_map(|piece| match piece {
                            Piece::Word(word) if !word.contains('=') => Some(word.to_ascii_lowercase()),
                            _ => None,
                        });
                    }
                }
            }
        }
        results
    }

    /// The results of a method.
    pub fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Method> {
        self.methods.iter().filter(move |method| method.name == name)
    }
}

/// `method[/version]=result`, then properties, comments and a reason.
fn method(clause: &[Piece]) -> Option<Method> {
    let mut words =
        clause.iter().filter_map(|piece| if let Piece::Word(word) = piece { Some(word.as_str()) } else { None });
    let (name, result) = words.next()?.split_once('=')?;
    let name = name.split('/').next().unwrap_or(name).to_ascii_lowercase();
    // An instance of an ARC set is no method, nor is a property without one.
    if name == "i" || name.contains('.') || result.is_empty() {
        return None;
    }
    let mut found = Method { name, result: result.to_ascii_lowercase(), ..Method::default() };
    for word in words {
        if let Some((property, value)) = word.split_once('=') {
            found.properties.push((property.to_ascii_lowercase(), value.to_owned()));
        }
    }
    found.comment =
        clause.iter().find_map(|piece| if let Piece::Comment(text) = piece { Some(text.clone()) } else { None });
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_of_large_receivers_are_read() {
        let microsoft = Results::read(
            "spf=pass (sender IP is 203.0.113.10) smtp.mailfrom=bounce.example.com; dkim=pass (signature was verified) \
             header.d=example.com;dmarc=pass action=none header.from=example.com;compauth=pass reason=100",
        );
        assert_eq!(microsoft.server, None);
        let spf = microsoft.of("spf").next().expect("spf");
        assert_eq!(spf.sender_ip().map(|address| address.to_string()).as_deref(), Some("203.0.113.10"));
        assert_eq!(spf.property("smtp.mailfrom"), Some("bounce.example.com"));
        assert_eq!(microsoft.of("dmarc").next().and_then(|dmarc| dmarc.property("header.from")), Some("example.com"));

        let google = Results::read(
            "mx.google.com; dkim=pass header.i=@example.com header.s=s2026 header.b=\"ab/c\"; spf=pass (google.com: domain of \
             a@example.com designates 203.0.113.10 as permitted sender) smtp.mailfrom=a@example.com; dmarc=pass \
             (p=REJECT sp=REJECT dis=NONE) header.from=example.com",
        );
        assert_eq!(google.server.as_deref(), Some("mx.google.com"));
        assert_eq!(google.of("dkim").next().and_then(|dkim| dkim.property("header.s")), Some("s2026"));
        assert_eq!(google.methods.len(), 3);

        let arc = Results::read("i=1; mx.google.com; spf=fail smtp.mailfrom=x");
        assert_eq!((arc.server.as_deref(), arc.methods.len()), (Some("mx.google.com"), 1));
        assert_eq!(Results::read("mx.example; none").methods, []);
        for odd in ["", ";", "=", "a=;b", "((((", "\"", "i=1"] {
            Results::read(odd);
        }
    }
}
