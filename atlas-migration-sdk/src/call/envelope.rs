//! Enveloped responses: `{"status": 200, "content": {…}}`, with the effective status inside.
//!
//! A paginated response has no `content`: it has a `status` beside its `results` and is its own content. Older
//! documentation calls the wrapper `envelope`, so that either name is accepted. A response that is not an envelope is
//! left unchanged. Whether error responses have an envelope is not known.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::http::Received;

#[derive(Deserialize)]
struct Envelope<'a> {
    status: Option<u16>,
    #[serde(borrow, alias = "envelope")]
    content: Option<&'a RawValue>,
}

/// An envelope around nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmptyEnvelope {
    #[serde(rename = "status")]
    _status: u16,
    #[serde(rename = "content", alias = "envelope", default)]
    _content: (),
}

/// Removes the envelope of a response.
pub(super) fn open(received: Received) -> Received {
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(&received.body) else { return received };
    let inside = envelope.status.and_then(|status| StatusCode::from_u16(status).ok());
    // An error status outside is effective, independent of the status inside.
    let status = inside.filter(|_| received.status.is_success()).unwrap_or(received.status);
    let body = match envelope.content {
        Some(content) => received.body.slice_ref(content.get().as_bytes()),
        None if serde_json::from_slice::<EmptyEnvelope>(&received.body).is_ok() => Bytes::new(),
        None => Bytes::clone(&received.body),
    };
    Received { status, headers: received.headers, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_envelopes_and_leaves_other_bodies() {
        for (body, status, content) in [
            (r#"{"status":201,"content":{"linkToken":"x"}}"#, 201, r#"{"linkToken":"x"}"#),
            (r#"{"content":[1, 2],"status":200}"#, 200, "[1, 2]"),
            (r#"{"envelope":{"a":1},"status":200}"#, 200, r#"{"a":1}"#),
            (r#"{"status":404,"content":{"error":404}}"#, 404, r#"{"error":404}"#),
            (r#"{"status":200,"results":[]}"#, 200, r#"{"status":200,"results":[]}"#),
            (r#"{"content":{}}"#, 200, "{}"),
            (r#"{"status":204}"#, 204, ""),
            (r#"{"status":204,"content":null}"#, 204, ""),
            // Not envelopes: a status that is not a number or not a valid status, another type.
            (r#"{"status":"WORKING"}"#, 200, r#"{"status":"WORKING"}"#),
            (r#"{"status":99999,"content":{}}"#, 200, r#"{"status":99999,"content":{}}"#),
            (r#"{"status":7,"content":{}}"#, 200, "{}"),
            ("[]", 200, "[]"),
            ("", 200, ""),
            ("<html>", 200, "<html>"),
        ] {
            let body = Bytes::from_static(body.as_bytes());
            let opened = open(Received { status: StatusCode::OK, headers: Box::default(), body });
            assert_eq!((opened.status.as_u16(), &*opened.body), (status, content.as_bytes()));
        }
    }
}
