//! What stands on the page, before it is Markdown or HTML. All of it may be other people's text.

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name: letters, digits, dots, hyphens.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl File {
    pub(super) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}

/// The page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) sections: Vec<Section>,
}

/// A part under a heading.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) pieces: Vec<Piece>,
}

/// What a part is made of.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Words with what they are about: a table of two columns.
    Rows(Vec<(&'static str, String)>),
    /// Sentences; what stands between backticks is code.
    Items(Vec<String>),
    /// Text as it came.
    Block(String),
}

impl Page {
    pub(super) fn section(&mut self, heading: impl Into<String>, pieces: Vec<Piece>) {
        self.sections.push(Section { heading: heading.into(), pieces });
    }
}
