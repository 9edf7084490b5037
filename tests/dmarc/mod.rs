//! Policy discovery, alignment, and who takes reports.

mod discovery;
mod reports;
mod vectors;
