//! Lists and dates, for sentences and for the declaration.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `a`, `a and b`, `a, b and c`; of many the first ones.
pub(super) fn list(items: &[String]) -> String {
    const MOST: usize = 8;
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if items.len() <= MOST => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more", items[..MOST].join(", "), items.len() - MOST),
    }
}

/// A time as a declaration has it: a day where it is the beginning of one.
pub(super) fn toml_from(at: Timestamp) -> String {
    let zoned = TimeZone::UTC.to_datetime(at);
    if zoned.time() == jiff::civil::Time::midnight() { zoned.date().to_string() } else { at.to_string() }
}

/// A first instant without as a declaration has it: the day before where it is midnight, since a day in `until` ends
/// with it.
pub(super) fn toml_until(at: Timestamp) -> String {
    let zoned = TimeZone::UTC.to_datetime(at);
    let midnight = zoned.time() == jiff::civil::Time::midnight();
    match zoned.date().yesterday() {
        Ok(day) if midnight => day.to_string(),
        _ => at.to_string(),
    }
}

/// Seconds as people say them.
pub(super) fn seconds(seconds: i64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let whole = units.into_iter().find(|(size, _)| seconds >= *size && seconds % size == 0);
    let (number, noun) = whole.map_or((seconds, "second"), |(size, noun)| (seconds / size, noun));
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_a_declaration_reads_them() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(toml_from(at("2026-12-01T00:00:00Z")), "2026-12-01");
        assert_eq!(toml_from(at("2026-12-01T18:00:00Z")), "2026-12-01T18:00:00Z");
        assert_eq!(toml_until(at("2026-12-01T00:00:00Z")), "2026-11-30");
        assert_eq!(toml_until(at("2026-12-01T18:00:00Z")), "2026-12-01T18:00:00Z");
        assert_eq!(list(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "a, b and c");
        assert_eq!(
            (seconds(7200), seconds(90), seconds(86_400)),
            ("2 hours".into(), "90 seconds".into(), "1 day".into())
        );
    }
}
