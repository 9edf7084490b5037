//! Days and instants of a declaration. A day is the whole day in UTC. Nothing here reads the clock: whoever asks says
//! what time it is.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// A day or an instant, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day, from midnight to midnight UTC.
    Day(Date),
    /// One instant.
    Instant(Timestamp),
}

/// Why a TOML date is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MomentError {
    /// A date and a time, but no offset: nobody knows which hour that is.
    #[error("a time needs its offset from UTC")]
    NoOffset,
    /// A time of day alone.
    #[error("a time of day needs its date")]
    NoDate,
    /// A date that does not exist, or an instant outside the years 1 to 9999.
    #[error("it does not exist")]
    OutOfRange,
}

impl Moment {
    /// What a TOML date means.
    pub(super) fn from_toml(written: &toml::value::Datetime) -> Result<Self, MomentError> {
        let narrow = |number: u8| i8::try_from(number).map_err(|_| MomentError::OutOfRange);
        let date = written.date.ok_or(MomentError::NoDate)?;
        let year = i16::try_from(date.year).map_err(|_| MomentError::OutOfRange)?;
        let date = Date::new(year, narrow(date.month)?, narrow(date.day)?).map_err(|_| MomentError::OutOfRange)?;
        let Some(time) = written.time else {
            return Ok(Self::Day(date));
        };
        let offset = match written.offset.ok_or(MomentError::NoOffset)? {
            toml::value::Offset::Z => Offset::UTC,
            toml::value::Offset::Custom { minutes } => {
                Offset::from_seconds(i32::from(minutes) * 60).map_err(|_| MomentError::OutOfRange)?
            }
        };
        // A leap second has no place in the count of seconds: it is taken for the one before it.
        let second = time.second.unwrap_or_default().min(59);
        let nanosecond = i32::try_from(time.nanosecond.unwrap_or_default()).unwrap_or_default();
        let instant = jiff::civil::Time::new(narrow(time.hour)?, narrow(time.minute)?, narrow(second)?, nanosecond)
            .and_then(|time| offset.to_timestamp(date.to_datetime(time)));
        instant.map(Self::Instant).map_err(|_| MomentError::OutOfRange)
    }

    /// The first instant that belongs to it: what `from` means.
    pub fn starts(&self) -> Timestamp {
        match self {
            Self::Day(date) => midnight(*date),
            Self::Instant(instant) => *instant,
        }
    }

    /// The first instant after it: what `until` and `retire` mean. An instant ends as it comes.
    pub fn ends(&self) -> Timestamp {
        match self {
            Self::Day(date) => date.tomorrow().map_or(Timestamp::MAX, midnight),
            Self::Instant(instant) => *instant,
        }
    }
}

/// The beginning of a day in UTC.
fn midnight(date: Date) -> Timestamp {
    Offset::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).unwrap_or(Timestamp::MAX)
}

/// `moment` and so long, or the end of time.
pub(super) fn after(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// So long before `moment`, or the beginning of time.
pub(super) fn before(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

impl fmt::Display for Moment {
    /// As a declaration has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{date}"),
            Self::Instant(instant) => write!(f, "{instant}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Result<Moment, MomentError> {
        Moment::from_toml(&text.parse().expect(text))
    }

    #[test]
    fn a_day_is_the_whole_day_in_utc() {
        let day = moment("2026-12-01").expect("a day");
        assert_eq!(day.starts().to_string(), "2026-12-01T00:00:00Z");
        assert_eq!(day.ends().to_string(), "2026-12-02T00:00:00Z");
        assert_eq!(day.to_string(), "2026-12-01");
    }

    #[test]
    fn an_instant_takes_its_offset_along() {
        let instant = moment("2026-12-01T09:30:00+02:00").expect("an instant");
        assert_eq!(instant.starts().to_string(), "2026-12-01T07:30:00Z");
        assert_eq!(instant.starts(), instant.ends());
        let leap = moment("2016-12-31T23:59:60Z").expect("an instant");
        assert_eq!(leap.to_string(), "2016-12-31T23:59:59Z");
    }

    #[test]
    fn what_is_no_moment_says_why() {
        assert_eq!(moment("2026-12-01T09:30:00"), Err(MomentError::NoOffset));
        assert_eq!(moment("09:30:00"), Err(MomentError::NoDate));
        assert!(moment("9999-12-31").expect("the last day").ends() >= moment("9999-12-31").expect("a day").starts());
        assert!(moment("0000-01-01").is_ok());
    }
}
