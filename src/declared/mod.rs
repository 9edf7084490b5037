//! What the owner says: `mailvouch.toml`.
