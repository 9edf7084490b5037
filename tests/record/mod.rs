//! The record parsers, from outside: tables, properties, and other people's vectors.

mod dkim;
mod dkim_hostile;
mod dmarc;
mod edits;
mod generators;
mod lossless;
mod spf_grammar;
mod spf_malformed;
mod spf_spacing;
mod vectors;
