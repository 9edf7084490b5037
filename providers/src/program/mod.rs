//! Sources that are programs: they are read as words, and never run. What a program works out is not guessed at.

mod lexer;
mod text;

pub(crate) use lexer::{Dialect, Token, Word, words};
pub(crate) use text::{Text, closing, paired, unplaced};
