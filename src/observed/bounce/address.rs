//! Addresses of people inside a text, and in the fields of a report.

/// An address in a line: where it begins and ends in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) address: String,
}

/// Every address in a text.
pub(super) fn addresses(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let local = text[..at].char_indices().rev().take_while(|(_, char)| is_local(*char)).last();
        let Some((start, _)) = local else { continue };
        let domain: usize = text[at + 1..].chars().take_while(|char| is_domain(*char)).map(char::len_utf8).sum();
        let end = at + 1 + text[at + 1..at + 1 + domain].trim_end_matches(['.', '-']).len();
        // `'user@example.com'` is quoted, `…=user@example.com` is the value of a header.
        let cut = text[start..at].trim_start_matches(['\'', '`', '.', '/', '*', '|']);
        let start = at - cut.len();
        let has_dots = text[at + 1..end].contains('.') && !text[at + 1..end].contains("..");
        if cut.is_empty() || !has_dots || found.last().is_some_and(|last| last.end > start) {
            continue;
        }
        found.push(Found { start, end, address: text[start..end].to_owned() });
    }
    found
}

fn is_local(char: char) -> bool {
    char.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(char)
}

fn is_domain(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '.' | '-' | '_')
}

/// The first address of a header such as `From`, in angle brackets before any other.
pub(super) fn of_header(value: &str) -> Option<String> {
    let all = addresses(value);
    let bracketed = all.iter().find(|found| value[..found.start].ends_with('<'));
    bracketed.or(all.first()).map(|found| found.address.clone())
}

/// The value of `Final-Recipient` and its like: `rfc822; user@example.com`, `utf-8; …` (RFC 6533), or no type at all.
pub(super) fn of_field(value: &str) -> Option<String> {
    let (kind, rest) = match value.split_once(';') {
        Some((kind, rest)) if !kind.contains('@') => (kind.trim().to_ascii_lowercase(), rest),
        _ => (String::new(), value),
    };
    let bare = rest.trim().trim_start_matches('<').trim_end_matches('>').trim();
    // A comment may follow the address; a quoted local part may hold anything.
    let bare = if bare.starts_with('"') { bare } else { bare.split_whitespace().next().unwrap_or_default() };
    let bare = bare.trim_end_matches(['>', ';', ',']);
    let address = if kind == "utf-8" || kind == "x-utf-8" { unescaped(bare) } else { xtext(bare) };
    (!address.is_empty()).then_some(address)
}

/// Whether an address names a route (`@a.example:user@b.example`), as only gateways write it.
pub(super) fn is_route(address: &str) -> bool {
    address.starts_with('@')
}

/// The domain of an address, in small letters.
pub(super) fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    (!domain.is_empty()).then(|| domain.trim_end_matches(['.', '>']).to_lowercase())
}

/// `+3D` is `=` (RFC 3461, section 4). It is decoded only where it gives printable ASCII: `+` is common in addresses.
fn xtext(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('+') {
        plain.push_str(&rest[..at]);
        let hex =
            rest.get(at + 1..at + 3).filter(|hex| hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|byte| matches!(byte, b'+' | b'=' | b'@')) {
            Some(byte) => {
                plain.push(char::from(byte));
                rest = &rest[at + 3..];
            }
            None => {
                plain.push('+');
                rest = &rest[at + 1..];
            }
        }
    }
    plain + rest
}

/// `\x{443}` is the character of that number (RFC 6533, section 3).
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\x{") {
        plain.push_str(&rest[..at]);
        let (escape, behind) = rest.split_at(at + 3);
        let char = behind.split_once('}').and_then(|(hex, behind)| {
            let number = u32::from_str_radix(hex, 16).ok()?;
            Some((char::from_u32(number)?, behind))
        });
        match char {
            Some((char, behind)) => {
                plain.push(char);
                rest = behind;
            }
            None => {
                plain.push_str(&escape[at..]);
                rest = behind;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_where_they_stand() {
        let all = |text| addresses(text).into_iter().map(|found| found.address).collect::<Vec<_>>();
        assert_eq!(all("bob@example.org<mailto:bob@example.org>"), ["bob@example.org", "bob@example.org"]);
        assert_eq!(all("to 'a.b@c.example'. Then <d@e.example>..."), ["a.b@c.example", "d@e.example"]);
        assert_eq!(all("=?utf-8?b?8J+Q?=@example.org"), ["=?utf-8?b?8J+Q?=@example.org"]);
        assert_eq!(all("用户@例え.jp; @example.com a@b @@ x@.."), ["用户@例え.jp"]);
    }

    #[test]
    fn fields_carry_types() {
        for (value, address) in [
            ("rfc822; bob@example.org", "bob@example.org"),
            ("RFC822;<bob@example.org>", "bob@example.org"),
            ("bob@example.org", "bob@example.org"),
            ("rfc822; bob+3Dx@example.org", "bob=x@example.org"),
            ("rfc822; bob+24@example.org", "bob+24@example.org"),
            ("utf-8; \\x{7528}\\x{6237}@example.org", "用户@example.org"),
            ("utf-8; 用户@example.org", "用户@example.org"),
            ("rfc822; kijitora@mailhub0", "kijitora@mailhub0"),
            ("rfc822; \"a b\"@example.org", "\"a b\"@example.org"),
        ] {
            assert_eq!(of_field(value).as_deref(), Some(address), "{value}");
        }
        assert_eq!(of_field("rfc822;"), None);
    }
}
