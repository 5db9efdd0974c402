//! Digest credentials of a plain client: MD5 with `qop="auth"`, the emulator's default.

use md5::{Digest as _, Md5};
use reqwest::{Method, RequestBuilder};

use crate::{Client, Response};

/// An API key and the server that it is for.
pub(crate) struct Key<'c> {
    pub(crate) http: &'c reqwest::Client,
    pub(crate) base_url: &'c str,
    pub(crate) public: &'c str,
    pub(crate) private: &'c str,
}

impl<'c> Key<'c> {
    /// The key of Atlas.
    pub(crate) fn atlas(client: &'c Client) -> Self {
        let (public, private) = client.emulator.api_key();
        Self { http: &client.http, base_url: client.emulator.base_url(), public, private }
    }

    /// The key of Cloud Manager.
    pub(crate) fn source_manager(client: &'c Client) -> Self {
        let (public, private) = client.emulator.source_manager_api_key();
        Self { http: &client.http, base_url: client.emulator.source_manager_url(), public, private }
    }

    /// A request without credentials, which gets a challenge, and then one with credentials.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Response {
        let challenge = Response::of(self.bare(method, path)).await;
        Response::of(self.signed(&challenge, method, path).body(body.to_owned())).await
    }

    pub(crate) fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        let request = self.http.request(method, format!("{}{path}", self.base_url));
        request.header("Accept", "application/vnd.atlas.2024-11-13+json")
    }

    /// A request with credentials for the challenge.
    #[track_caller]
    pub(crate) fn signed(&self, challenge: &Response, method: &str, path: &str) -> RequestBuilder {
        let challenge = challenge.header("www-authenticate").unwrap();
        let (realm, nonce) = (parameter(challenge, "realm"), parameter(challenge, "nonce"));
        let ha1 = md5(&format!("{}:{realm}:{}", self.public, self.private));
        let ha2 = md5(&format!("{method}:{path}"));
        let response = md5(&format!("{ha1}:{nonce}:00000001:c:auth:{ha2}"));
        let credentials = format!(
            r#"Digest username="{}", realm="{realm}", nonce="{nonce}", uri="{path}", qop=auth, nc=00000001, cnonce="c", response="{response}""#,
            self.public
        );
        self.bare(method, path).header("Authorization", credentials)
    }
}

#[track_caller]
pub(crate) fn parameter<'t>(challenge: &'t str, name: &str) -> &'t str {
    let value = challenge.split_once(&format!("{name}=\"")).unwrap().1;
    value.split_once('"').unwrap().0
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
