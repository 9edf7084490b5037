//! Cuts a master file into logical lines and fields (RFC 1035, section 5.1). It knows blanks, quotes, parentheses,
//! comments and backslashes; it does not know what a field means.

use std::ops::Range;

use super::Fault;
use super::error::count_lines;
use crate::dns::Field;

/// A field, by where it stands; the quotes of a quoted one are in the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) span: Range<usize>,
    pub(super) quoted: bool,
}

impl Token {
    /// The octets, without the quotes.
    pub(super) fn field<'a>(&self, text: &'a [u8]) -> Field<'a> {
        let inset = usize::from(self.quoted);
        Field { raw: &text[self.span.start + inset..self.span.end - inset], quoted: self.quoted }
    }
}

/// A logical line that has fields: from the beginning of its first line to behind the end of its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) span: Range<usize>,
    /// The number of its first line, counted from one.
    pub(super) number: usize,
    /// Whether it begins with a blank: the record takes the owner of the one before it.
    pub(super) begins_blank: bool,
}

/// What is wrong, and at which octet.
pub(super) struct At {
    pub(super) offset: usize,
    pub(super) fault: Fault,
}

impl At {
    pub(super) fn new(offset: usize, fault: Fault) -> Self {
        Self { offset, fault }
    }
}

/// Goes through a text once, from the beginning to the end.
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lexer<'a> {
    /// Reads a file from its beginning. Text in another encoding than one octet a character is refused.
    pub(super) fn new(text: &'a [u8]) -> Result<Self, At> {
        match text {
            [0xef, 0xbb, 0xbf, ..] | [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => Err(At::new(0, Fault::ByteOrderMark)),
            _ => Ok(Self::resumed(text)),
        }
    }

    /// Reads lines from the middle of a file.
    pub(super) fn resumed(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The next line that has fields, which are put into `tokens`; lines with none are passed over.
    pub(super) fn next_line(&mut self, tokens: &mut Vec<Token>) -> Result<Option<Line>, At> {
        while self.at < self.text.len() {
            let (start, number) = (self.at, self.line);
            tokens.clear();
            self.fields(tokens)?;
            self.line += count_lines(&self.text[start..self.at]);
            if !tokens.is_empty() {
                let begins_blank = matches!(self.text[start], b' ' | b'\t');
                return Ok(Some(Line { span: start..self.at, number, begins_blank }));
            }
        }
        Ok(None)
    }

    /// Reads up to the line end that stands in no parentheses, or to the end of the text.
    fn fields(&mut self, tokens: &mut Vec<Token>) -> Result<(), At> {
        // How many parentheses are open, and where the outermost stands.
        let (mut depth, mut outermost) = (0_usize, self.at);
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                b'\r' if self.line_ends_at(self.at) => self.at += 1,
                b'\r' => return Err(At::new(self.at, Fault::CarriageReturn)),
                b';' => {
                    let rest = &self.text[self.at..];
                    self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                }
                b'(' => {
                    if depth == 0 {
                        outermost = self.at;
                    }
                    depth += 1;
                    self.at += 1;
                }
                b')' => {
                    depth = depth.checked_sub(1).ok_or(At::new(self.at, Fault::CloseParenthesis))?;
                    self.at += 1;
                }
                b'"' => tokens.push(self.quoted()?),
                _ => tokens.push(self.word()?),
            }
        }
        if depth > 0 { Err(At::new(outermost, Fault::OpenParenthesis)) } else { Ok(()) }
    }

    fn word(&mut self) -> Result<Token, At> {
        let start = self.at;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'(' | b')' => break,
                b'"' => return Err(At::new(self.at, Fault::QuoteInWord)),
                b'\\' => self.escape()?,
                0..0x20 => return Err(At::new(self.at, Fault::Control(byte))),
                _ => self.at += 1,
            }
        }
        Ok(Token { span: start..self.at, quoted: false })
    }

    fn quoted(&mut self) -> Result<Token, At> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.text.get(self.at) {
                None => return Err(At::new(start, Fault::OpenQuote)),
                Some(b'"') => break,
                Some(b'\n') => return Err(At::new(start, Fault::QuoteOverLines)),
                Some(b'\r') if self.line_ends_at(self.at) => return Err(At::new(start, Fault::QuoteOverLines)),
                Some(b'\\') => self.escape()?,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        match self.text.get(self.at) {
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b';' | b'(' | b')' | b'"') => {}
            Some(_) => return Err(At::new(self.at - 1, Fault::QuoteInWord)),
        }
        Ok(Token { span: start..self.at, quoted: true })
    }

    /// Passes a backslash and what it takes the meaning from. The digits of `\DDD` have none to be taken.
    fn escape(&mut self) -> Result<(), At> {
        if self.at + 1 == self.text.len() || self.line_ends_at(self.at + 1) {
            return Err(At::new(self.at, Fault::Backslash));
        }
        self.at += 2;
        Ok(())
    }

    fn line_ends_at(&self, offset: usize) -> bool {
        matches!(self.text[offset..], [b'\n', ..] | [b'\r', b'\n', ..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of each line, a blank first where the line begins with one.
    fn lines(text: &str) -> Result<Vec<Vec<String>>, (usize, String)> {
        let shown = |at: At| (at.offset, at.fault.to_string());
        let mut lexer = Lexer::new(text.as_bytes()).map_err(shown)?;
        let (mut tokens, mut lines) = (Vec::new(), Vec::new());
        while let Some(line) = lexer.next_line(&mut tokens).map_err(shown)? {
            let first = line.begins_blank.then(|| " ".to_owned());
            lines.push(
                first.into_iter().chain(tokens.iter().map(|token| text[token.span.clone()].to_owned())).collect(),
            );
        }
        Ok(lines)
    }

    #[test]
    fn fields_end_where_the_standard_says() {
        let one = |text| lines(text).expect(text).remove(0);
        assert_eq!(one("a\tb  c\r\n"), ["a", "b", "c"]);
        assert_eq!(one("a b;c d\n"), ["a", "b"]);
        assert_eq!(one("a\\;b c\\ d \\(e"), ["a\\;b", "c\\ d", "\\(e"]);
        assert_eq!(one("a \"b c; (\"\"d \\\" e\"; f"), ["a", "\"b c; (\"", "\"d \\\" e\""]);
        assert_eq!(one("\n ; only a comment\n\n\ta"), [" ", "a"]);
        assert_eq!(one("a(b\n;c )\n (d)\r\n e)f \n"), ["a", "b", "d", "e", "f"]);
        assert_eq!(one("(\n a )"), ["a"], "a blank inside of parentheses is not at the beginning of the line");
    }

    #[test]
    fn what_servers_disagree_on_is_refused_with_its_place() {
        let offset = |text| lines(text).expect_err(text).0;
        for (text, at) in [
            ("a \"b\nc\"", 2),
            ("a \"b\r\nc\"", 2),
            ("a \"b", 2),
            ("a b\"c\"", 3),
            ("a \"b\"c", 4),
            ("a \\\nb", 2),
            ("a \\", 2),
            ("a \"\\", 3),
            ("a ( b", 2),
            ("a ( ( b ) ", 2),
            ("a ) b", 2),
            ("a\rb", 1),
            ("a\r", 1),
            ("a \x01", 2),
            ("a b\x00", 3),
        ] {
            assert_eq!(offset(text), at, "{text:?}");
        }
        assert!(lines("\u{feff}a").expect_err("a mark").1.contains("byte order mark"));
    }
}
