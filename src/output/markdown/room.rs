//! A text of bounded length.

/// Most octets of a comment. GitHub takes 65,536 characters; who embeds a report has room for words around it.
pub(super) const MOST: usize = 60_000;

/// What every report begins with: whoever keeps one comment up to date finds it by this.
const MARK: &str = "<!-- mailvouch -->\n";

/// A text that takes whole pieces for as long as they fit.
pub(super) struct Room {
    text: String,
    /// Octets kept for what has to be said at the end.
    reserved: usize,
}

impl Room {
    /// A report that keeps so many octets for its end.
    pub(super) fn new(reserved: usize) -> Self {
        Self { text: MARK.to_owned(), reserved }
    }

    /// Adds a piece if it fits, with `behind` octets more that will have to follow it.
    pub(super) fn push(&mut self, piece: &str, behind: usize) -> bool {
        let fits = self.text.len() + piece.len() + behind + self.reserved <= MOST;
        if fits {
            self.text.push_str(piece);
        }
        fits
    }

    /// Adds what space was kept for.
    pub(super) fn end(mut self, piece: &str) -> String {
        self.text.push_str(piece);
        self.text
    }

    /// Adds what has to follow a piece.
    pub(super) fn close(&mut self, piece: &str) {
        self.text.push_str(piece);
    }
}
