//! The emulator over HTTP, without the SDK: it behaves as is known of Atlas.

#![allow(clippy::unwrap_used, reason = "clippy exempts test functions, but not their helpers")]

mod access;
mod connection;
mod digest;
mod faults;
mod independence;
mod jobs;
mod limits;
mod oauth;
mod operations;
mod readme;
mod readme_example;
mod source_manager;
mod versions;

use atlas_emulator::Emulator;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// A plain HTTP client of an emulator.
struct Client {
    emulator: Emulator,
    http: reqwest::Client,
    token: String,
}

/// A response with its body.
#[derive(Debug)]
struct Response {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Client {
    async fn start() -> Self {
        Self::of(Emulator::start().await.unwrap())
    }

    fn of(emulator: Emulator) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let token = emulator.access_token();
        Self { emulator, http, token }
    }

    fn url(&self, path: &str) -> String {
        let path =
            path.replace("{org}", self.emulator.org_id()).replace("{project}", self.emulator.project_id());
        format!("{}/api/atlas/v2{path}", self.emulator.base_url())
    }

    /// A request with the token and the version of the documentation's examples.
    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        let accept = "application/vnd.atlas.2024-11-13+json";
        self.http.request(method, self.url(path)).bearer_auth(&self.token).header("Accept", accept)
    }

    async fn call(&self, method: &str, path: &str) -> Response {
        Response::of(self.request(method, path)).await
    }

    async fn call_with(&self, method: &str, path: &str, body: &str) -> Response {
        Response::of(self.request(method, path).body(body.to_owned())).await
    }
}

impl Response {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    #[track_caller]
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks that it is an Atlas error with this status and code, in the status line, the headers and the body.
    #[track_caller]
    fn assert_error(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!((self.status, body["errorCode"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(body["error"], status, "{}", self.text);
        assert_eq!(self.header("x-error-code"), Some(code));
        assert_eq!(self.header("content-type"), Some("application/json"));
    }
}
