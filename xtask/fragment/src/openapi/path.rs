//! Path templates and their variables.

use std::borrow::Cow;

/// The path with the names of its variables removed: `/a/{b}` and `/a/{c}` both become `/a/{}`.
#[must_use]
pub fn without_variables(path: &str) -> Cow<'_, str> {
    if !path.contains('{') {
        return Cow::Borrowed(path);
    }
    let mut text = String::with_capacity(path.len());
    let mut inside = false;
    for character in path.chars() {
        inside &= character != '}';
        if !inside {
            text.push(character);
        }
        inside |= character == '{';
    }
    Cow::Owned(text)
}

/// The names of a path's variables, in order. The path need not be a valid template.
pub fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_without_variables() {
        for (path, expected) in
            [("/a", "/a"), ("/a/{b}", "/a/{}"), ("/{a}/b/{c}s", "/{}/b/{}s"), ("/{a", "/{")]
        {
            assert_eq!(without_variables(path), expected, "{path}");
        }
    }

    #[test]
    fn names_of_variables() {
        assert_eq!(variables("/{a}/b/{c}s").collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(variables("/a/{b").count(), 0);
    }
}
