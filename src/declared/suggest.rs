//! "Did you mean": the nearest of the names that would have been right, and texts quoted for a person.

/// Longer texts are no slip of the finger.
const LONGEST: usize = 64;
/// Most characters of a text that a message repeats.
const SHOWN: usize = 60;

/// The candidate that `text` was probably meant to be: at most one slip for each three characters, case and the
/// difference of `-` and `_` not counted. The first of several that are equally near.
pub(crate) fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if text.len() > LONGEST {
        return None;
    }
    let text = plain(text);
    let limit = (text.chars().count() / 3).max(1);
    let near = candidates.into_iter().filter(|candidate| candidate.len().abs_diff(text.len()) <= limit);
    let measured = near.map(|candidate| (strsim::osa_distance(&text, &plain(candidate)), candidate));
    measured.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, found)| found)
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace('_', "-")
}

/// The text as a message shows it: in backticks, on one line, not too long.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(visible).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Control characters in their escaped form; everything else as it is.
fn visible(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}

/// `a`, `b` and `c`.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(quoted).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let names = ["addresses", "helo", "from", "until", "mail-from"];
        for (typed, meant) in
            [("adresses", "addresses"), ("Helo", "helo"), ("form", "from"), ("mail_from", "mail-from"), ("til", "")]
        {
            assert_eq!(nearest(typed, names).unwrap_or_default(), meant, "{typed}");
        }
        assert_eq!(nearest(&"a".repeat(65), ["a"]), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn what_is_quoted_stays_on_its_line() {
        assert_eq!(quoted("a\nb\u{1b}[1m"), "`a\\nb\\u{1b}[1m`");
        assert_eq!(quoted(&"ä".repeat(70)), format!("`{}…`", "ä".repeat(60)));
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
