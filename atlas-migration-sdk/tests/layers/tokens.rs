//! Rust source as tokens, as far as paths need them: names and punctuation, without comments and literals.

/// A token and its line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Name(String),
    /// `::`
    PathSeparator,
    Sign(char),
}

/// The tokens of a source, each with its line, counted from 1.
pub(crate) fn tokens(text: &str) -> Vec<(usize, Token)> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut found = Vec::new();
    while let Some(first) = reader.rest.chars().next() {
        let line = reader.line;
        if reader.skip_comment() || reader.skip_literal() {
            continue;
        }
        if first.is_alphabetic() || first == '_' {
            found.push((line, Token::Name(reader.name())));
        } else if reader.rest.starts_with("::") {
            reader.skip(2);
            found.push((line, Token::PathSeparator));
        } else {
            reader.skip(first.len_utf8());
            if !first.is_whitespace() {
                found.push((line, Token::Sign(first)));
            }
        }
    }
    found
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }

    fn name(&mut self) -> String {
        let ends = |c: char| !(c.is_alphanumeric() || c == '_');
        let name = self.rest[..self.rest.find(ends).unwrap_or(self.rest.len())].to_owned();
        self.skip(name.len());
        name
    }

    fn skip_comment(&mut self) -> bool {
        if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            return true;
        }
        if !self.rest.starts_with("/*") {
            return false;
        }
        let mut depth = 0;
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
            } else {
                self.skip(self.rest.chars().next().map_or(0, char::len_utf8));
            }
            if depth == 0 || self.rest.is_empty() {
                return true;
            }
        }
    }

    /// Skips a string, a raw string or a character; a lifetime is a sign and a name.
    fn skip_literal(&mut self) -> bool {
        let body = self.rest.strip_prefix(['b', 'c']).unwrap_or(self.rest);
        let before = self.rest.len() - body.len();
        if let Some(raw) = body.strip_prefix('r') {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            if let Some(text) = raw[hashes..].strip_prefix('"') {
                let end = format!("\"{}", "#".repeat(hashes));
                let length = text.find(&end).map_or(text.len(), |at| at + end.len());
                self.skip(before + 1 + hashes + 1 + length);
                return true;
            }
        }
        if body.starts_with('"') {
            self.skip(before + quoted(body, '"'));
            return true;
        }
        let character = body.starts_with('\'')
            && (body[1..].starts_with('\\') || body[1..].chars().nth(1).is_some_and(|c| c == '\''));
        if character {
            self.skip(before + quoted(body, '\''));
        }
        character
    }
}

/// The length of a literal that begins and ends with this quote.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}
