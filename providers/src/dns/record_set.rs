//! All records of one owner and type.

use serde::{Deserialize, Serialize};

use super::{Rdata, Txt};

/// The records that one owner holds of one type. Order is kept for display and does not matter for equality of
/// content: compare through [`RecordSet::holds_same_values`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSet {
    /// Seconds; one value for the set (RFC 2181, section 5.2).
    pub ttl: u32,
    /// The records' data.
    pub values: Vec<Rdata>,
}

impl RecordSet {
    /// Whether both hold the same values, in whatever order.
    pub fn holds_same_values(&self, other: &Self) -> bool {
        let sorted = |set: &Self| {
            let mut values = set.values.clone();
            values.sort();
            values
        };
        sorted(self) == sorted(other)
    }

    /// The TXT values among them.
    pub fn txts(&self) -> impl Iterator<Item = &Txt> {
        self.values.iter().filter_map(Rdata::as_txt)
    }
}
