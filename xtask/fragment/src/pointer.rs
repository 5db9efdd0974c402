//! JSON pointers (RFC 6901): as text, and as a path that grows during the traversal of a document.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// The unescaped tokens of a pointer; `None` if the text is not a pointer.
pub fn tokens(pointer: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    let rest = if pointer.is_empty() { None } else { Some(pointer.strip_prefix('/')?) };
    Some(rest.into_iter().flat_map(|rest| rest.split('/')).map(unescape))
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// The pointer with one token appended, escaped.
#[must_use]
pub fn join(pointer: &str, token: &str) -> String {
    let mut joined = pointer.to_owned();
    push(&mut joined, token);
    joined
}

/// Escapes a token and appends it to the text of a pointer.
pub fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    if token.contains(['~', '/']) {
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(token);
    }
}

/// A pointer that shares its prefix with other pointers, so that a traversal does not copy the prefix for each node.
#[derive(Clone, Default)]
pub struct Path<'a>(Option<Rc<Step<'a>>>);

struct Step<'a> {
    parent: Path<'a>,
    token: Cow<'a, str>,
}

impl<'a> Path<'a> {
    /// The root of the document.
    pub fn root() -> Self {
        Self(None)
    }

    /// The path of the member of this name.
    pub fn member(&self, name: impl Into<Cow<'a, str>>) -> Self {
        Self(Some(Rc::new(Step { parent: self.clone(), token: name.into() })))
    }

    /// The path of the item at this index.
    pub fn item(&self, index: usize) -> Self {
        self.member(index.to_string())
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps = Vec::new();
        let mut path = self;
        while let Some(step) = &path.0 {
            steps.push(step);
            path = &step.parent;
        }
        let mut text = String::new();
        for step in steps.iter().rev() {
            push(&mut text, &step.token);
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_formats() {
        for (pointer, expected) in [
            ("", &[] as &[&str]),
            ("/", &[""]),
            ("/a/0", &["a", "0"]),
            ("/paths/~1api~1{id}", &["paths", "/api/{id}"]),
            ("/~01", &["~1"]),
        ] {
            let read: Vec<_> = tokens(pointer).into_iter().flatten().collect();
            assert_eq!(read, expected, "{pointer}");
            let path = read.iter().fold(Path::root(), |path, token| path.member(token.as_ref()));
            assert_eq!(path.to_string(), pointer);
        }
        assert!(tokens("a").is_none());
    }
}
