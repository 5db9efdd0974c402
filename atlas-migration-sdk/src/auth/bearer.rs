//! The `Authorization` header of an access token (RFC 6750).

use bytes::Bytes;
use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;

use crate::values::secret::Secret;

/// The header, marked as sensitive and wiped when the last copy is dropped.
///
/// The error is the rest of a sentence about the token.
pub(super) fn bearer(token: &Secret) -> Result<HeaderValue, &'static str> {
    if token.expose_secret().is_empty() {
        return Err("is empty");
    }
    let mut text = Zeroizing::new(Vec::with_capacity("Bearer ".len() + token.expose_secret().len()));
    text.extend_from_slice(b"Bearer ");
    text.extend_from_slice(token.expose_secret().as_bytes());
    // The error of an invalid header value has no details; this one is more helpful.
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(text))
        .map_err(|_| "contains characters that are not allowed in a header, such as a line break")?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_an_invalid_token_does_not_contain_it() {
        for token in ["planted\n", "", "planted\u{0}"] {
            let error = bearer(&Secret::new(token)).unwrap_err();
            assert!(!error.contains("planted"), "{error}");
        }
        let header = bearer(&Secret::new("planted")).unwrap();
        assert_eq!(header.as_bytes(), b"Bearer planted");
        assert!(!format!("{header:?}").contains("planted"));
    }
}
