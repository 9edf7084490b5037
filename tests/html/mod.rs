//! The HTML page: what is in it, and what a browser makes of it.

mod behaviour;
mod browser;
mod hostile;
mod looks;
mod page;
mod world;
