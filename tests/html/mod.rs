//! The HTML page: what is in it, and what a browser makes of it.

mod page;
