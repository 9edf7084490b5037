//! The serial number of a zone after a change (RFC 1982; RFC 1035, section 3.3.13).

use std::time::{SystemTime, UNIX_EPOCH};

/// Half of the number space: the greatest step that every secondary takes for a step forward (RFC 1982, section 3.2).
const HALF: u32 = 1 << 31;

/// The next serial number. One in the style YYYYMMDDnn goes to today's first where that is forward, and up by one
/// within the day or where it is ahead of the calendar; any other goes up by one.
pub(super) fn next(serial: u32, now: SystemTime) -> u32 {
    let first_of_today = u32::try_from(date(now)).ok().map(|date| date * 100 + 1);
    let dated = first_of_today.filter(|first| is_dated(serial) && is_forward(serial, *first));
    dated.unwrap_or_else(|| match serial.wrapping_add(1) {
        // Some take zero for no serial at all.
        0 => 1,
        next => next,
    })
}

/// Whether `to` is greater than `from` in the arithmetic of RFC 1982.
fn is_forward(from: u32, to: u32) -> bool {
    (1..HALF).contains(&to.wrapping_sub(from))
}

/// Whether a number reads as a date of the years that zones are from, and a count within the day.
fn is_dated(serial: u32) -> bool {
    let (year, month, day) = (serial / 1_000_000, serial / 10_000 % 100, serial / 100 % 100);
    (1985..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// The date in UTC as YYYYMMDD; zero before 1970.
fn date(now: SystemTime) -> u64 {
    let days = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    if days == 0 {
        return 0;
    }
    // Years that begin in March have their leap day at the end; 400 of them have 146,097 days.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    year * 10_000 + month * 100 + day
}

#[cfg(test)]
#[expect(clippy::inconsistent_digit_grouping, reason = "grouped as dates")]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (86_400, 1970_01_02),
            (951_782_399, 2000_02_28),
            (951_782_400, 2000_02_29),
            (951_868_800, 2000_03_01),
            (1_704_067_199, 2023_12_31),
            (1_709_164_800, 2024_02_29),
            (4_107_542_400, 2100_03_01),
        ] {
            assert_eq!(date(at(seconds)), expected);
        }
    }

    #[test]
    fn each_style_goes_on_in_its_own() {
        let now = at(1_767_225_600); // 2026-01-01
        for (serial, expected) in [
            (2025_12_31_07, 2026_01_01_01),
            (2025_12_31_99, 2026_01_01_01),
            (2026_01_01_00, 2026_01_01_01),
            (2026_01_01_01, 2026_01_01_02),
            (2026_01_01_99, 2026_01_02_00),
            // Ahead of the calendar: never back.
            (2030_01_01_05, 2030_01_01_06),
            // Counted, or seconds since 1970.
            (1, 2),
            (1_767_225_599, 1_767_225_600),
            // Year 2026, but no such month or day.
            (2026_13_01_01, 2026_13_01_02),
            (2025_12_32_01, 2025_12_32_02),
            // The end of the number space.
            (u32::MAX, 1),
            (u32::MAX - 1, u32::MAX),
            (0x7fff_ffff, 0x8000_0000),
            (0, 1),
        ] {
            assert_eq!(next(serial, now), expected, "{serial}");
            assert!(is_forward(serial, expected), "{serial}");
        }
    }

    #[test]
    fn forward_means_what_rfc_1982_says() {
        assert!(is_forward(0, 1) && is_forward(u32::MAX, 0) && is_forward(0, HALF - 1));
        assert!(!is_forward(0, 0) && !is_forward(1, 0) && !is_forward(0, HALF) && !is_forward(0, HALF + 1));
    }
}
