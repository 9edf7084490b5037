//! The guards of a plan, by name. What trips them is the plan's to say, not this module's.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a change may do that somebody has to have allowed: with `allow` in the declaration or `--allow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// Addresses pass SPF, or are judged more mildly, that nobody declared.
    WidensSpf,
    /// Fewer addresses pass SPF than before, or a dynamic term goes.
    ShrinksSpf,
    /// `all` becomes stricter.
    TightensSpf,
    /// SPF evaluation costs more look-ups than before, and more than the ten that it may.
    SpendsLookups,
    /// The DMARC policy becomes weaker.
    WeakensDmarc,
    /// The DMARC policy becomes stricter.
    TightensDmarc,
    /// A working key gives way to another one.
    ReplacesDkimKey,
    /// No working key remains.
    RemovesLastDkimKey,
    /// An MX record goes.
    RemovesMx,
    /// A new name ends what a wildcard answered there.
    ShadowsWildcard,
    /// Much of what the zone holds changes at once.
    LargeChange,
    /// A set is replaced whole, under no condition: what somebody else writes to it at the same time is lost.
    UnconditionalWrite,
}

impl Guard {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::WidensSpf,
        Self::ShrinksSpf,
        Self::TightensSpf,
        Self::SpendsLookups,
        Self::WeakensDmarc,
        Self::TightensDmarc,
        Self::ReplacesDkimKey,
        Self::RemovesLastDkimKey,
        Self::RemovesMx,
        Self::ShadowsWildcard,
        Self::LargeChange,
        Self::UnconditionalWrite,
    ];

    /// The name that declarations, options and plans use.
    pub fn name(self) -> &'static str {
        match self {
            Self::WidensSpf => "widens-spf",
            Self::ShrinksSpf => "shrinks-spf",
            Self::TightensSpf => "tightens-spf",
            Self::SpendsLookups => "spends-lookups",
            Self::WeakensDmarc => "weakens-dmarc",
            Self::TightensDmarc => "tightens-dmarc",
            Self::ReplacesDkimKey => "replaces-dkim-key",
            Self::RemovesLastDkimKey => "removes-last-dkim-key",
            Self::RemovesMx => "removes-mx",
            Self::ShadowsWildcard => "shadows-wildcard",
            Self::LargeChange => "large-change",
            Self::UnconditionalWrite => "unconditional-write",
        }
    }

    /// Whether it is about who may send.
    pub fn is_about_spf(self) -> bool {
        matches!(self, Self::WidensSpf | Self::ShrinksSpf | Self::TightensSpf | Self::SpendsLookups)
    }

    /// The guard of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.name() == name)
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Guard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Guard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| D::Error::custom(format!("`{name}` is no guard")))
    }
}
