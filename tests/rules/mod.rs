//! Every rule over its fixtures (`tests/fixtures/rules/<rule-id>/<case>/`): where it fires, where it is silent, and what
//! its fixes come to.

mod cases;
mod catalogue;
mod dates;
mod effects;
mod fixture;
