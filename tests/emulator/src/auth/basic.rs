//! HTTP Basic credentials, which only the token endpoint takes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::request::Request;

/// The user name and password of `Authorization: Basic`, where they are there and can be read.
pub(crate) fn credentials(request: &Request) -> Option<(String, String)> {
    let encoded = super::after_scheme(request, "Basic")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
