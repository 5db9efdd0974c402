//! HTTP Basic credentials, which only the token endpoint accepts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::http::Request;

/// The user name and password of `Authorization: Basic`, if they are present and readable.
pub(crate) fn basic_credentials(request: &Request) -> Option<(String, String)> {
    let encoded = super::credential_of_scheme(request, "Basic")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
