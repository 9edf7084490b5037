//! Numbers that look like chance, and are the same for the same seed.

use std::ops::Range;

/// A generator that gives the same numbers for the same seed (SplitMix64).
#[derive(Clone)]
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("small")
    }
}

/// The seeds of a test, one for each run.
#[derive(Clone)]
pub(crate) struct Seeds {
    all: Range<u64>,
    usual: u64,
}

impl Seeds {
    /// So many of them, unless the environment asks for others.
    pub(crate) fn usual(usual: u64) -> Self {
        let number = |key: &str| std::env::var(key).ok().and_then(|text| text.parse::<u64>().ok());
        let (runs, first) = (number("MAILVOUCH_CHAOS").unwrap_or(usual), number("MAILVOUCH_CHAOS_SEED").unwrap_or(1));
        Self { all: first..first + runs, usual }
    }

    pub(crate) fn all(&self) -> Range<u64> {
        self.all.clone()
    }

    /// Whether there are so many that every kind of fault has to come up: not where somebody looks at one of them.
    pub(crate) fn are_many(&self) -> bool {
        self.all.end - self.all.start >= self.usual
    }
}
