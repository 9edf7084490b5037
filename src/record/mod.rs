//! Lossless parsers for the records that mail authentication reads: no I/O, nothing reformatted.
