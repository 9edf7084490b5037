//! What SPF records come to, held against an evaluation of single addresses that is written from the RFC alone.

mod agreement;
mod cases;
mod cost;
mod evaluation;
mod generators;
mod hostile;
mod hostile_evaluation;
mod peer;
mod real;
mod reference;
mod size;
mod suite;
mod vectors;
