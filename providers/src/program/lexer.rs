//! The words of JavaScript and of HCL: as much as it takes to tell literals and comments apart from everything else.

use std::ops::Range;

/// Which language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// ECMA-262, section 12.
    JavaScript,
    /// The syntax of HCL, as Terraform has it.
    Hcl,
}

/// A word, and the bytes that it stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) word: Word,
    pub(crate) span: Range<usize>,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A name, or a number.
    Name(String),
    /// A string that says what it is; it stands between two of these quotes.
    Literal(String, char),
    /// A string that something is put into when the program runs, or one over several lines.
    Made,
    /// A string that is never closed.
    Open,
    /// Any other character.
    Mark(char),
}

impl Token {
    pub(crate) fn is(&self, mark: char) -> bool {
        self.word == Word::Mark(mark)
    }

    /// Whether something begins here that another mark closes.
    pub(crate) fn opens(&self) -> bool {
        matches!(self.word, Word::Mark('(' | '[' | '{'))
    }

    pub(crate) fn closes(&self) -> bool {
        matches!(self.word, Word::Mark(')' | ']' | '}'))
    }

    pub(crate) fn name(&self) -> Option<&str> {
        if let Word::Name(name) = &self.word { Some(name) } else { None }
    }

    pub(crate) fn literal(&self) -> Option<&str> {
        if let Word::Literal(text, _) = &self.word { Some(text) } else { None }
    }
}

/// All words of a text, without its comments. What is never closed ends with the text.
pub(crate) fn words(text: &str, dialect: Dialect) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, dialect, tokens: Vec::new() };
    while let Some(char) = lexer.rest().chars().next() {
        lexer.step(char);
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn push(&mut self, word: Word, octets: usize) {
        let span = self.at..self.at + octets;
        self.at = span.end;
        self.tokens.push(Token { word, span });
    }

    fn skip_to(&mut self, end: &str) {
        self.at += self.rest().find(end).map_or(self.rest().len(), |at| at + end.len());
    }

    fn step(&mut self, char: char) {
        let (rest, is_hcl) = (self.rest(), self.dialect == Dialect::Hcl);
        if char.is_whitespace() || char == '\u{feff}' {
            self.at += char.len_utf8();
        } else if rest.starts_with("//") || is_hcl && char == '#' {
            self.skip_to("\n");
        } else if rest.starts_with("/*") {
            self.at += 2;
            self.skip_to("*/");
        } else if is_hcl && rest.starts_with("<<") {
            self.heredoc();
        } else if char == '"' || !is_hcl && (char == '\'' || char == '`') {
            self.string(char);
        } else if !is_hcl && char == '/' && self.may_begin_an_expression() {
            self.regular_expression();
        } else if char.is_alphanumeric() || matches!(char, '_' | '$') {
            let inside = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$') || is_hcl && char == '-';
            let end = rest.find(|char: char| !inside(char)).unwrap_or(rest.len());
            self.push(Word::Name(rest[..end].to_owned()), end);
        } else {
            self.push(Word::Mark(char), char.len_utf8());
        }
    }

    /// Whether a `/` here begins a regular expression: behind a value it divides.
    fn may_begin_an_expression(&self) -> bool {
        match self.tokens.last().map(|token| &token.word) {
            None => true,
            Some(Word::Mark(mark)) => !matches!(mark, ')' | ']' | '}'),
            Some(Word::Name(name)) => matches!(name.as_str(), "return" | "typeof" | "case" | "in" | "of"),
            Some(_) => false,
        }
    }

    fn regular_expression(&mut self) {
        let (mut escaped, mut class, mut end) = (false, false, self.rest().len());
        for (at, char) in self.rest().char_indices().skip(1) {
            match char {
                '\n' => {
                    end = at;
                    break;
                }
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => class = true,
                ']' => class = false,
                '/' if !class => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        self.push(Word::Made, end);
    }

    /// `<<EOF` or `<<-EOF`, to the line that is that word.
    fn heredoc(&mut self) {
        let rest = self.rest();
        let (head, body) = rest.split_once('\n').unwrap_or((rest, ""));
        let word = head.trim_start_matches('<').trim_start_matches('-').trim();
        let mut end = rest.len() - body.len();
        for line in body.split_inclusive('\n') {
            end += line.len();
            if line.trim() == word {
                break;
            }
        }
        self.push(Word::Made, end);
    }

    fn string(&mut self, quote: char) {
        let rest = self.rest();
        let (mut text, mut is_made, mut at) = (String::new(), false, 1);
        while let Some(char) = rest[at..].chars().next() {
            let after = &rest[at + char.len_utf8()..];
            match char {
                _ if char == quote => {
                    let word = if is_made { Word::Made } else { Word::Literal(text, quote) };
                    return self.push(word, at + 1);
                }
                '\\' => {
                    let (piece, octets) = escape(after, self.dialect);
                    text.push_str(&piece);
                    at += 1 + octets;
                    continue;
                }
                '$' | '%' if self.dialect == Dialect::Hcl && after.starts_with(&format!("{char}{{")) => {
                    text.push_str(&format!("{char}{{"));
                    at += 3;
                    continue;
                }
                '$' | '%'
                    if after.starts_with('{') && (self.dialect == Dialect::Hcl || quote == '`' && char == '$') =>
                {
                    is_made = true;
                    at += char.len_utf8() + inserted(after);
                    continue;
                }
                '\n' if quote != '`' => break,
                _ => text.push(char),
            }
            at += char.len_utf8();
        }
        self.push(Word::Open, at);
    }
}

/// How much `{…}` takes, with the braces and the strings in it.
fn inserted(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// What stands behind a backslash, and how many octets of it there are.
fn escape(after: &str, dialect: Dialect) -> (String, usize) {
    let Some(char) = after.chars().next() else { return (String::new(), 0) };
    let code = |digits: &str, octets: usize| {
        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        code.map(|char| (char.to_string(), octets))
    };
    let plain = |text: &str| (text.to_owned(), char.len_utf8());
    let numbered = match (char, dialect) {
        ('u', Dialect::JavaScript) if after[1..].starts_with('{') => {
            after.find('}').and_then(|end| code(&after[2..end], end + 1))
        }
        ('u', _) => after.get(1..5).and_then(|digits| code(digits, 5)),
        ('U', Dialect::Hcl) => after.get(1..9).and_then(|digits| code(digits, 9)),
        ('x', Dialect::JavaScript) => after.get(1..3).and_then(|digits| code(digits, 3)),
        _ => None,
    };
    numbered.unwrap_or_else(|| match char {
        'n' => plain("\n"),
        'r' => plain("\r"),
        't' => plain("\t"),
        'b' if dialect == Dialect::JavaScript => plain("\u{8}"),
        'f' if dialect == Dialect::JavaScript => plain("\u{c}"),
        'v' if dialect == Dialect::JavaScript => plain("\u{b}"),
        '0' if dialect == Dialect::JavaScript => plain("\0"),
        '\n' if dialect == Dialect::JavaScript => plain(""),
        other => plain(&other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(text: &str, dialect: Dialect) -> Vec<String> {
        words(text, dialect).iter().filter_map(|token| token.literal().map(str::to_owned)).collect()
    }

    #[test]
    fn comments_and_what_is_made_are_no_literals() {
        let text = r#"// "a"
            /* 'b' */ TXT("@", 'c\'\x41\u{42}\n', `d`, `e${f("g")}`, x / "h".length, /"i/, "j" "#;
        assert_eq!(literals(text, Dialect::JavaScript), ["@", "c'AB\n", "d", "h", "j"]);
        let text = "# \"a\"\n// \"b\"\nx = \"c\\\"$${d} %%{i}\"\ny = \"e${f(\"g\")}\"\nz = <<-EOF\n \"h\"\n EOF\nv = \"i\"\nw = \"open\n";
        assert_eq!(literals(text, Dialect::Hcl), ["c\"${d} %{i}", "i"]);
    }
}
