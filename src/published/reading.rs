//! What was read from a reply's records, kept with it: a reply is shared by all who asked its question, and by every pass of
//! their analyses, and is read once.
//!
//! This module does not know what is read: that is the business of those who do.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// What a reply is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// TXT values as an SPF record.
    Spf,
    /// TXT values as what was meant as an SPF record.
    SpfNearMisses,
    /// TXT values as DKIM keys.
    Dkim,
    /// TXT values as DMARC records.
    Dmarc,
    /// The DMARC records alone.
    DmarcRecords,
    /// An SPF record with all that it leads to.
    SpfTree,
}

/// Readings of one reply. A copy of the reply begins with none; they say nothing that its records do not.
#[derive(Default)]
pub struct Readings {
    kept: [OnceLock<Arc<dyn Any + Send + Sync>>; 6],
}

impl Readings {
    /// The reading, which `read` makes where there is none yet.
    pub fn get<T: Any + Send + Sync>(&self, what: ReadAs, read: impl FnOnce() -> T) -> Arc<T> {
        let place = &self.kept[what as usize];
        match place.get().cloned().map(Arc::downcast::<T>) {
            Some(Ok(known)) => known,
            // Whoever reads it as something else keeps it to himself.
            Some(Err(_)) => Arc::new(read()),
            None => {
                let new = Arc::new(read());
                // Of two who read it at the same time, one is kept: they are the same.
                let _ = place.set(new.clone());
                new
            }
        }
    }

    /// The reading, if there is one.
    pub fn known<T: Any + Send + Sync>(&self, what: ReadAs) -> Option<Arc<T>> {
        self.kept[what as usize].get().cloned()?.downcast().ok()
    }
}

impl Clone for Readings {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Readings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readings")
    }
}

impl PartialEq for Readings {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Readings {}
