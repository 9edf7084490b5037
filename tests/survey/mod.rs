//! Declarations from what is published: whatever it is, what comes out is a declaration.

mod random;
