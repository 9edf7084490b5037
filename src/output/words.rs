//! Numbers and lists as people write them.

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number as u128))
}

/// A number with its thousands apart: `1,048,576`.
pub(super) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Numbers of addresses: `1 IPv4 address and about 2^64 IPv6 addresses`; nothing where there are none.
pub(super) fn addresses(v4: u128, v6: u128) -> String {
    let noun = |number| if number == 1 { "address" } else { "addresses" };
    let v4 = (v4 > 0).then(|| format!("{} IPv4 {}", grouped(v4), noun(v4)));
    let v6 = (v6 > 0).then(|| format!("{} IPv6 {}", many(v6), noun(v6)));
    v4.into_iter().chain(v6).collect::<Vec<_>>().join(" and ")
}

/// IPv6 networks have more addresses than anyone reads out.
fn many(number: u128) -> String {
    match number {
        0..=999_999_999 => grouped(number),
        // The whole space is one more than a number holds.
        u128::MAX => "about 2^128".to_owned(),
        _ => format!("about 2^{}", number.ilog2()),
    }
}

/// Lines, each behind the same blanks, each ended.
pub(super) fn indented(indent: &str, lines: impl IntoIterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(indent);
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The first `most` of a list, and how many more there are: `a, b and 3 more`.
pub(super) fn some(items: &[String], most: usize) -> String {
    let shown = items.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A time in the largest unit that it is whole in: `2 hours`, `90 seconds`.
pub(super) fn duration(seconds: u32) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let whole = units.into_iter().find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size));
    let (number, noun) = whole.map_or((seconds, "second"), |(size, noun)| (seconds / size, noun));
    count(number as usize, noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((count(1, "error"), count(0, "error")), ("1 error".into(), "0 errors".into()));
        let times = [1, 90, 120, 7200, 86_400].map(duration);
        assert_eq!(times, ["1 second", "90 seconds", "2 minutes", "2 hours", "1 day"]);
        let list = ["a", "b", "c"].map(str::to_owned);
        assert_eq!((some(&list, 3), some(&list, 1)), ("a, b, c".into(), "a and 2 more".into()));
    }
}
