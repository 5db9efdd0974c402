//! What the media type of a response shows about its sender.

use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// The media type of a response, as far as it shows where the response comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentType {
    /// `application/vnd.atlas.….+json`: only Atlas sends this.
    Atlas,
    /// `application/json`: Atlas, the source's server, or a gateway.
    Json,
    /// The response has no media type.
    Missing,
    /// Any other, such as HTML.
    Other,
}

impl ContentType {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_TYPE) else { return Self::Missing };
        let value = value.as_bytes();
        let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
        let essence = value[..end].trim_ascii();
        let is = |part: Option<&[u8]>, expected: &str| {
            part.is_some_and(|part| part.eq_ignore_ascii_case(expected.as_bytes()))
        };
        const VENDOR: &str = "application/vnd.atlas.";
        const SUFFIX: &str = "+json";
        if is(essence.get(..VENDOR.len()), VENDOR) && is(essence.get(essence.len() - SUFFIX.len()..), SUFFIX)
        {
            Self::Atlas
        } else if is(Some(essence), "application/json") {
            Self::Json
        } else {
            Self::Other
        }
    }

    /// Whether the response is JSON according to its media type.
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Atlas | Self::Json)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn media_types() {
        use ContentType::{Atlas, Json, Other};
        for (value, expected) in [
            ("application/vnd.atlas.2023-01-01+json;charset=utf-8", Atlas),
            (" Application/VND.Atlas.preview+JSON ; charset=utf-8", Atlas),
            ("application/vnd.atlas.2023-01-01+csv", Other),
            ("application/vnd.atlas.", Other),
            ("application/vnd.atlas", Other),
            ("application/vnd.atlas.json", Other),
            ("application/json", Json),
            ("application/JSON; charset=utf-8", Json),
            ("application/problem+json", Other),
            ("application/jsonp", Other),
            ("text/html", Other),
            ("text/plain; application/json", Other),
            ("", Other),
            ("\u{e9}", Other),
        ] {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, value.clone())]);
            assert_eq!(ContentType::of(&headers), expected, "{value:?}");
        }
        assert_eq!(ContentType::of(&HeaderMap::new()), ContentType::Missing);
    }
}
