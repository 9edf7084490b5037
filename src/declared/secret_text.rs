//! Secrets that somebody wrote into a declaration: which keys hold them, and how they are kept out of what is shown.

use std::ops::Range;

/// Names of keys whose value would be a secret, or is often taken for one. Compared in lower case, `_` as `-`.
const WORDS: &[&str] = &[
    "access-key",
    "access-key-id",
    "access-token",
    "api-key",
    "api-secret",
    "api-token",
    "apikey",
    "auth-key",
    "auth-token",
    "aws-access-key-id",
    "aws-secret-access-key",
    "client-secret",
    "credential",
    "credentials",
    "key",
    "key-secret",
    "passphrase",
    "passwd",
    "password",
    "private-key",
    "refresh-token",
    "secret",
    "secret-access-key",
    "secret-key",
    "session-token",
    "token",
    "tsig",
    "tsig-key",
    "tsig-secret",
];

/// Whether a key of this name would hold a secret.
pub(super) fn is_secret_key(name: &str) -> bool {
    WORDS.contains(&name.to_lowercase().replace('_', "-").as_str())
}

/// Those of the keys that say where a secret is. A `key-file` without its `key-env` is something else: the file of a
/// DKIM key.
pub(super) fn secret_sources<'k>(keys: &[&'k str]) -> Vec<&'k str> {
    let names: Vec<&str> =
        keys.iter().filter_map(|key| key.strip_suffix("-env")).filter(|name| is_secret_key(name)).collect();
    let belongs = |key: &&str| {
        ["-env", "-file", "-command"].iter().any(|ending| key.strip_suffix(ending).is_some_and(|n| names.contains(&n)))
    };
    keys.iter().copied().filter(belongs).collect()
}

/// The text with every secret replaced by as many asterisks as it has bytes, so that all offsets stay. Beside the
/// spans that the reader found, it covers what follows a secret's name and `=` in the same line: a file that is no TOML
/// has no spans.
pub(super) fn masked(text: &str, spans: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut cover = |range: Range<usize>| {
        for byte in bytes.get_mut(range).into_iter().flatten() {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    };
    for span in spans {
        cover(span.clone());
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(value) = secret_value(line) {
            cover(start + value.start..start + value.end);
        }
        start += line.len();
    }
    // Spans begin and end between characters; should one not, the half that is left is shown as what it is.
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The part of a line that follows the first `name =` whose name is that of a secret; the line's comment is in it.
fn secret_value(line: &str) -> Option<Range<usize>> {
    for (equals, _) in line.match_indices('=') {
        let before = line[..equals].trim_end().trim_end_matches(['"', '\'']);
        let word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        let name = before.rfind(|character| !word(character)).map_or(before, |at| {
            let after = before[at..].chars().next().map_or(0, char::len_utf8);
            &before[at + after..]
        });
        if is_secret_key(name) {
            let end = line.trim_end().len();
            return Some(equals + 1..end.max(equals + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_covered_and_offsets_stay() {
        let text = "key-name = \"a\"\nkey = \"hunter2\"\nx = { Token='é', y = 1 }\nkey-env = \"K\"\n\"api_key\" = z\n";
        let shown = masked(text, &[]);
        assert_eq!(shown.len(), text.len());
        assert_eq!(
            shown,
            "key-name = \"a\"\nkey =**********\nx = { Token=*************\nkey-env = \"K\"\n\"api_key\" =**\n"
        );
    }

    #[test]
    fn spans_are_covered_over_several_lines() {
        assert_eq!(masked("a = '''x\ny'''", &[4..8, 8..13]), "a = ****\n****");
        assert_eq!(masked("ä = 1", &[0..1, 50..60]), "*\u{fffd} = 1");
    }
}
