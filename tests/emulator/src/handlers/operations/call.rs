//! An authorized request to an operation, and how its result becomes a response.

use atlas_migration_sdk::{Date, Operation, Version};
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::assumptions;
use crate::http::{ErrorResponse, Parameters, Request, Response, body_version, to_json};
use crate::state::State;

/// An authorized request with its parameters.
pub(crate) struct Call<'r> {
    pub(crate) request: &'r Request,
    pub(crate) operation: &'static Operation,
    pub(crate) version: &'static Version,
    pub(crate) parameters: Parameters,
}

/// The content of a successful response.
pub(super) enum Content {
    Empty,
    One(Value),
    List(Vec<Value>),
    /// An object with `results`.
    Page(Value),
}

impl Call<'_> {
    /// The id of this path parameter.
    pub(super) fn id(&self, name: &str) -> &str {
        // The table contains the parameters of every path, and they were read before the call.
        self.parameters.text(name).unwrap_or_default()
    }

    /// The version of the request's body.
    pub(super) fn body_version(&self, state: &State) -> Result<Date, ErrorResponse> {
        let content_type = self.request.header(hyper::header::CONTENT_TYPE);
        let versions = self.operation.request_versions;
        let version = body_version(versions, content_type, self.version.date, state.clock.today())?;
        Ok(version.date)
    }

    /// The successful response with this content.
    pub(super) fn success(&self, content: Content) -> Response {
        let status = self.operation.success.last().and_then(|code| StatusCode::from_u16(*code).ok());
        let status = status.unwrap_or(StatusCode::OK);
        let body = self.body(status, content).map(|body| to_json(&body, self.parameters.boolean("pretty")));
        // The server sends the content type even without content.
        let content_type = format!("{};charset=utf-8", self.version.media_type);
        Response::with_body(status, &content_type, body.unwrap_or_default())
    }

    fn body(&self, status: StatusCode, content: Content) -> Option<Value> {
        let enveloped = self.parameters.boolean("envelope");
        match content {
            Content::Empty => None,
            Content::One(value) if enveloped => Some(json!({"content": value, "status": status.as_u16()})),
            Content::List(items) if enveloped => Some(assumptions::enveloped_list(status, items)),
            Content::Page(Value::Object(mut page)) if enveloped => {
                page.insert("status".to_owned(), json!(status.as_u16()));
                Some(Value::Object(page))
            }
            Content::One(value) | Content::Page(value) => Some(value),
            Content::List(items) => Some(Value::Array(items)),
        }
    }
}

/// The value as a JSON tree.
pub(super) fn to_value(of: &impl serde::Serialize) -> Value {
    // It cannot fail for structs with string keys, and all callers pass those.
    serde_json::to_value(of).unwrap_or_default()
}
