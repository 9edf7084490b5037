//! Live look-ups against servers on loopback: scripted ones with every fault, and real ones. Whatever questions go out on, the
//! same comes of them: the tests are run twice.
#![expect(clippy::duplicate_mod, reason = "the same tests, over both")]

mod answers_page;
mod own;
mod pool;
mod pooled;
