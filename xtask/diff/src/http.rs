//! What HTTP and OpenAPI define for media types, statuses and URLs.

use mediatype::{MediaType, Name, ReadParams as _, Value};

/// The one spelling of a media type: without case where it has no meaning, without optional white space and quotes, and
/// with sorted parameters (RFC 9110, 5.6.6 and 8.3.1). A name that is no media type stays as it is.
pub(crate) fn canonical_media_type(name: &str) -> String {
    let Ok(media_type) = MediaType::parse(name.trim()) else { return name.to_owned() };
    let parameter = |(name, value): (Name<'_>, Value<'_>)| {
        let (name, value) = (name.as_str().to_ascii_lowercase(), value.unquoted_str());
        let is_charset = name == "charset";
        let value = if is_charset { value.to_ascii_lowercase() } else { value.into_owned() };
        format!("; {name}={}", Value::quote(&value))
    };
    let mut parameters: Vec<String> = media_type.params().map(parameter).collect();
    parameters.sort();
    media_type.essence().to_string().to_ascii_lowercase() + &parameters.concat()
}

/// The ranges that cover a media type, the most specific first.
pub(crate) fn ranges_of_media_type(name: &str) -> Vec<String> {
    let Some((kind, _)) = name.split_once('/') else { return Vec::new() };
    let ranges = [format!("{kind}/*"), "*/*".to_owned()];
    ranges.into_iter().filter(|range| range != name).collect()
}

/// The ranges that cover a status, the most specific first.
pub(crate) fn ranges_of_status(status: &str) -> Vec<String> {
    let class = status.chars().next().filter(char::is_ascii_digit);
    let Some(range) = class.map(|class| format!("{class}XX")) else { return Vec::new() };
    let ranges = [range, "default".to_owned()];
    ranges.into_iter().filter(|range| range != status).collect()
}

/// Whether a status, or a range of them, is a success.
pub(crate) fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// The URL of a server with its scheme and host in lower case, and without the default port and the slash at the end (RFC
/// 3986, 6.2). Names of variables keep their case.
pub(crate) fn canonical_url(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("//") else { return url.to_owned() };
    if !scheme.is_empty() && (!scheme.ends_with(':') || scheme.contains(['/', '?', '#'])) {
        return url.to_owned();
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, host) = match authority.rfind('@') {
        Some(at) => authority.split_at(at + 1),
        None => ("", authority),
    };
    let scheme = lower_case_around_variables(scheme);
    let port = match scheme.as_str() {
        "http:" => ":80",
        "https:" => ":443",
        _ => "",
    };
    let host = host.strip_suffix(port).unwrap_or(host);
    format!("{scheme}//{user}{}{path}", lower_case_around_variables(host))
}

fn lower_case_around_variables(text: &str) -> String {
    let mut is_variable = false;
    let lower = text.chars().map(|character| {
        is_variable = character == '{' || is_variable && character != '}';
        if is_variable { character } else { character.to_ascii_lowercase() }
    });
    lower.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_one_spelling() {
        for (name, canonical) in [
            ("Application/JSON", "application/json"),
            ("application/VND.x.1+JSON", "application/vnd.x.1+json"),
            ("application/json ;charset=UTF-8", "application/json; charset=utf-8"),
            ("application/json;\tCharset=\"Utf-8\"", "application/json; charset=utf-8"),
            ("application/json; v=A", "application/json; v=A"),
            ("text/plain; b=\"x y\"; a=1", "text/plain; a=1; b=\"x y\""),
            ("*/*", "*/*"),
            ("Text/*", "text/*"),
            ("None", "None"),
        ] {
            assert_eq!(canonical_media_type(name), canonical);
            assert_eq!(canonical_media_type(canonical), canonical);
        }
    }

    #[test]
    fn ranges_cover_what_is_more_specific() {
        assert_eq!(ranges_of_media_type("text/plain; a=1"), ["text/*", "*/*"]);
        assert_eq!(ranges_of_media_type("text/*"), ["*/*"]);
        assert!(ranges_of_media_type("*/*").is_empty());
        assert_eq!(ranges_of_status("404"), ["4XX", "default"]);
        assert_eq!(ranges_of_status("4XX"), ["default"]);
        assert!(ranges_of_status("default").is_empty());
    }

    #[test]
    fn a_url_has_one_spelling() {
        for (url, canonical) in [
            ("HTTPS://User@X.test:443/V1/", "https://User@x.test/V1"),
            ("http://x.test:443", "http://x.test:443"),
            ("https://{Region}.X.test/", "https://{Region}.x.test"),
            ("{Scheme}://X.test", "{Scheme}://x.test"),
            ("//X.test/A", "//x.test/A"),
            ("/a?next=http://X.test", "/a?next=http://X.test"),
            ("/", ""),
        ] {
            assert_eq!(canonical_url(url), canonical);
        }
    }
}
