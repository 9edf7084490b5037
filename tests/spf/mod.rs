//! What SPF records come to, held against an evaluation of single addresses that is written from the RFC alone.

mod agreement;
mod cases;
mod cost;
mod generators;
mod hostile;
mod reference;
mod size;
