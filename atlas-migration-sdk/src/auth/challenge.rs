//! Parsing `WWW-Authenticate` headers (RFC 9110 section 11.6.1): a list of challenges, each with parameters or a token68.
//!
//! Works on bytes, because servers send realms in UTF-8 and in Latin-1, and the digest covers the bytes. Text that does
//! not follow the grammar is skipped up to the next comma, so that it does not hide the other challenges of a header.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// A challenge. A token68 is not kept: no supported scheme has one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) scheme: String,
    parameters: Vec<(String, Vec<u8>)>,
}

impl Challenge {
    /// The challenges of all headers, in their order.
    pub(super) fn all(headers: &HeaderMap) -> Vec<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        values.flat_map(|value| parse(value.as_bytes())).collect()
    }

    /// The first parameter of this name.
    pub(super) fn parameter(&self, name: &str) -> Option<&[u8]> {
        let found = self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_slice())
    }
}

pub(super) fn parse(header: &[u8]) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    let mut input = Input(header);
    let mut is_start = true;
    loop {
        let is_separated = !input.take(|byte| is_space(byte) || byte == b',').is_empty() || is_start;
        is_start = false;
        if input.0.is_empty() {
            return challenges;
        }
        if let Some(parameter) = input.parameter() {
            // Without a scheme before it, there is nothing that the parameter belongs to.
            if let Some(challenge) = challenges.last_mut() {
                challenge.parameters.push(parameter);
            }
        } else if let Some(scheme) = input.scheme().filter(|_| is_separated) {
            challenges.push(Challenge { scheme, parameters: Vec::new() });
            input.skip_token68();
        } else {
            input.skip(|byte| byte != b',');
        }
    }
}

/// The rest of a header. The functions that read a part leave it unchanged if there is no such part.
#[derive(Clone, Copy)]
struct Input<'h>(&'h [u8]);

impl<'h> Input<'h> {
    fn skip(&mut self, skipped: fn(u8) -> bool) {
        self.take(skipped);
    }

    fn take(&mut self, taken: fn(u8) -> bool) -> &'h [u8] {
        let end = self.0.iter().position(|byte| !taken(*byte)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn token(&mut self) -> Option<String> {
        let token = self.take(is_token);
        // Token characters are ASCII.
        (!token.is_empty()).then(|| String::from_utf8_lossy(token).into_owned())
    }

    /// Reads a scheme, which ends at a space, at a comma, or with the header.
    fn scheme(&mut self) -> Option<String> {
        let mut rest = *self;
        let scheme = rest.token()?;
        if rest.0.first().is_some_and(|byte| !is_space(*byte) && *byte != b',') {
            return None;
        }
        rest.skip(is_space);
        *self = rest;
        Some(scheme)
    }

    /// Skips a token68, which ends at a comma or with the header. Unlike a parameter, it has nothing after its `=`.
    fn skip_token68(&mut self) {
        let mut rest = *self;
        rest.skip(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
        rest.skip(|byte| byte == b'=');
        rest.skip(is_space);
        if rest.0.first().is_none_or(|byte| *byte == b',') {
            *self = rest;
        }
    }

    fn parameter(&mut self) -> Option<(String, Vec<u8>)> {
        let mut rest = *self;
        let name = rest.token()?;
        rest.skip(is_space);
        rest.0 = rest.0.strip_prefix(b"=")?;
        rest.skip(is_space);
        let value = match rest.0.strip_prefix(b"\"") {
            Some(quoted) => {
                rest.0 = quoted;
                rest.quoted()?
            }
            // Some servers do not quote values that are no tokens, such as a nonce in base64.
            None => rest.take(|byte| !is_space(byte) && byte != b',').to_vec(),
        };
        *self = rest;
        Some((name, value))
    }

    /// Reads the rest of a quoted string, without its backslashes.
    fn quoted(&mut self) -> Option<Vec<u8>> {
        let mut value = Vec::new();
        let mut bytes = self.0.iter().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.0 = &self.0[at + 1..];
                    return Some(value);
                }
                b'\\' => value.push(*bytes.next()?.1),
                other => value.push(*other),
            }
        }
        None
    }
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Parameters<'t> = &'t [(&'t str, &'t [u8])];

    #[track_caller]
    fn check(header: &[u8], expected: &[(&str, Parameters<'_>)]) {
        let challenge = |(scheme, parameters): &(&str, Parameters<'_>)| Challenge {
            scheme: (*scheme).to_owned(),
            parameters: parameters.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect(),
        };
        let expected: Vec<_> = expected.iter().map(challenge).collect();
        assert_eq!(parse(header), expected, "{}", String::from_utf8_lossy(header));
    }

    #[test]
    fn challenges_and_parameters() {
        let (a, b): (&[u8], &[u8]) = (b"1", b"2");
        check(b"", &[]);
        check(b"Digest a=1, b=\"2\"", &[("Digest", &[("a", a), ("b", b)])]);
        check(b"A, B,C", &[("A", &[]), ("B", &[]), ("C", &[])]);
        check(b"A a=1, B b=2", &[("A", &[("a", a)]), ("B", &[("b", b)])]);
        check(b" , A  a = 1 ,, b\t=\t2 , ", &[("A", &[("a", a), ("b", b)])]);
        check(b"A a=\"x, B b=\\\"2\\\\\"", &[("A", &[("a", b"x, B b=\"2\\")])]);
        check(b"A a=", &[("A", &[])]);
        check(b"A a=\"\"", &[("A", &[("a", b"")])]);
    }

    #[test]
    fn token68_does_not_hide_other_challenges() {
        let digest: (&str, Parameters<'_>) = ("Digest", &[("a", b"1")]);
        for negotiate in ["Negotiate", "Negotiate oRQwEqADCgEB", "Negotiate YII/+a-._~==", "Negotiate a="] {
            for header in [format!("{negotiate}, Digest a=1"), format!("Digest a=1, {negotiate}")] {
                let mut expected = [("Negotiate", &[][..]), digest];
                if header.starts_with("Digest") {
                    expected.reverse();
                }
                check(header.as_bytes(), &expected);
            }
        }
    }

    #[test]
    fn realms_are_kept_byte_by_byte() {
        check("A realm=\"Zürich\"".as_bytes(), &[("A", &[("realm", "Zürich".as_bytes())])]);
        check(b"A realm=\"Z\xfcrich\", b=2", &[("A", &[("realm", b"Z\xfcrich"), ("b", b"2")])]);
    }

    #[test]
    fn malformed_text_is_skipped() {
        let kept: &[(&str, Parameters<'_>)] = &[("A", &[("b", b"2")])];
        check(b"%%%\", A b=2", kept);
        check(b"\"x\", A b=2", kept);
        check(b"a=1, A b=2", kept);
        check(b"A /x y, b=2", kept);
        check(b"A b=2, c=\"unterminated", kept);
        // What follows a value is no scheme.
        check(b"A a=\"1\"y, b=2", &[("A", &[("a", b"1"), ("b", b"2")])]);
        check(b"A a=\"1\"y z, b=2", &[("A", &[("a", b"1"), ("b", b"2")])]);
        check(b"A a=\"1\"\"2\", B b=2", &[("A", &[("a", b"1")]), ("B", &[("b", b"2")])]);
        // Tolerated: parameters without a comma between them.
        check(b"A a=\"1\"b=2 c=3", &[("A", &[("a", b"1"), ("b", b"2"), ("c", b"3")])]);
        check(b"A nonce=a/b==, b=2", &[("A", &[("nonce", b"a/b=="), ("b", b"2")])]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_header_panics(header in proptest::collection::vec(any::<u8>(), 0..200)) {
            parse(&header);
        }

        #[test]
        fn no_structure_panics(header in "([AB]|a|=|,| |\"|\\\\|==|ü){0,40}") {
            parse(header.as_bytes());
        }
    }
}
