//! The order of keys. octoDNS refuses a file whose keys are out of order unless it is told not to (`enforce_order`).

use std::cmp::Ordering;

/// As PyPI's natsort has it where nothing else is asked for: runs of digits count as numbers, the rest by characters.
pub(super) fn natural(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (parts(one).into_iter(), parts(two).into_iter());
    loop {
        let order = match (one.next(), two.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(Part::Text(one)), Some(Part::Text(two))) => one.cmp(two),
            (Some(Part::Number(one)), Some(Part::Number(two))) => one.len().cmp(&two.len()).then(one.cmp(two)),
            // Texts and numbers alternate from the beginning.
            (Some(Part::Text(_)), Some(Part::Number(_))) => Ordering::Less,
            (Some(Part::Number(_)), Some(Part::Text(_))) => Ordering::Greater,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

enum Part<'a> {
    Text(&'a str),
    /// Without zeros at its beginning.
    Number(&'a str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let word = rest.find(|char: char| char.is_ascii_digit()).unwrap_or(rest.len());
        parts.push(Part::Text(&rest[..word]));
        rest = &rest[word..];
        if !rest.is_empty() {
            let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
            parts.push(Part::Number(rest[..digits].trim_start_matches('0')));
            rest = &rest[digits..];
        }
    }
    parts
}

/// The order that keys stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Natural,
    Simple,
    None,
}

impl Order {
    /// Which one these keys keep.
    pub(super) fn of(keys: &[&str]) -> Self {
        [Self::Natural, Self::Simple].into_iter().find(|order| order.holds(keys)).unwrap_or(Self::None)
    }

    pub(super) fn holds(self, keys: &[&str]) -> bool {
        keys.windows(2).all(|pair| self.compare(pair[0], pair[1]) != Ordering::Greater)
    }

    /// Before which of these keys, which are in this order, a new one belongs.
    pub(super) fn place(self, keys: &[&str], new: &str) -> usize {
        keys.iter().position(|key| self.compare(key, new) == Ordering::Greater).unwrap_or(keys.len())
    }

    fn compare(self, one: &str, two: &str) -> Ordering {
        match self {
            Self::Natural => natural(one, two),
            Self::Simple => one.cmp(two),
            Self::None => Ordering::Less,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let keys = ["", "0a", "2", "10", "*", "_dmarc", "a", "a1", "a01b", "a2", "a10", "b"];
        assert_eq!(Order::of(&keys), Order::Natural);
        assert_eq!(Order::of(&["a10", "a2"]), Order::Simple);
        assert_eq!(Order::of(&["b", "a"]), Order::None);
        assert_eq!(Order::Natural.place(&["a2", "a10"], "a3"), 1);
        assert_eq!(Order::Natural.place(&["a"], ""), 0);
    }
}
