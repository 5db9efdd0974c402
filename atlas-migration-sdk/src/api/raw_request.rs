//! Requests of any operation of the table, with parameters by name and a JSON body.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::call::{
    CallOptions, NoRetry, Request, RequestParts, RequestPreview, Response, RetryPolicy, Shared, read_json,
};
use crate::error::{Error, ErrorKind, Result, printable};
use crate::generated::{ids, operations};
use crate::values::date::Date;
use crate::values::operation::{Operation, Parameter, ParameterKind, ParameterLocation};
use crate::values::secret::Secret;
use crate::values::text_ids;

/// The parameters that are options of the call: they determine the form of the response.
const OPTIONS: [&str; 2] = ["envelope", "pretty"];

/// A request of any operation of the table. Created by [`Client::request`](crate::Client::request).
///
/// Await it for the response's JSON, which is `null` if the response has no body. As a [`Request`], it is a future.
#[must_use = "a request does nothing until it is awaited"]
pub struct RawRequest {
    shared: Arc<Shared>,
    operation: &'static Operation,
    parameters: Vec<(String, String)>,
    body: Option<Result<Vec<u8>, serde_json::Error>>,
    options: CallOptions,
    /// The request, once it was polled.
    sent: Option<Request<Value>>,
}

impl RawRequest {
    pub(crate) fn new(shared: Arc<Shared>, operation: &'static Operation) -> Self {
        let (parameters, options) = (Vec::new(), CallOptions::default());
        Self { shared, operation, parameters, body: None, options, sent: None }
    }

    /// Sets a parameter of the path or the query, by its name in the API. Call it once for each value of an array.
    ///
    /// Name and value are checked when the request is sent.
    pub fn parameter(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.parameters.push((name.into(), value.to_string()));
        self
    }

    /// Sets the body. The names of its fields are those of the API.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body));
        self
    }

    /// The version of the API, for the response and the body. Default: the setting of the client, else the newest
    /// version.
    pub fn api_version(mut self, version: Date) -> Self {
        self.options.version = Some(version);
        self
    }

    /// As [`Request::timeout`].
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.limits_mut().operation_timeout = Some(limit);
        self
    }

    /// As [`Request::attempt_timeout`].
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options.limits_mut().attempt_timeout = Some(limit);
        self
    }

    /// As [`Request::retry`].
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.options.limits_mut().retry = Some(Arc::new(policy));
        self
    }

    /// As [`Request::no_retry`].
    pub fn no_retry(self) -> Self {
        self.retry(NoRetry)
    }

    /// Sends the request and returns the response's JSON with its metadata.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a parameter that is unknown, missing or
    /// invalid, for a missing or unexpected body, and for a version that is older than the operation. In addition,
    /// those of every call.
    pub fn send(mut self) -> impl Future<Output = Result<Response<Value>>> {
        let request = self.sent.take().unwrap_or_else(|| self.request(read_value));
        request.send()
    }

    /// What would be sent, without sending it. Credentials are left out and secrets are redacted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), as [`send`](Self::send).
    pub fn preview(&self) -> Result<RequestPreview> {
        self.request(read_value).preview()
    }

    /// Sends the request and returns the body of the response as it was received, with its metadata: with its white space
    /// and its order of fields, and in an envelope if one was requested. Empty if the response has no body.
    ///
    /// The text of `createOrgLiveMigrationLinkToken` contains a secret.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send), also for a body that is not JSON, and for a status of an error in the envelope. In
    /// addition, [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request was polled as a future
    /// before.
    pub fn send_text(mut self) -> impl Future<Output = Result<Response<String>>> {
        let request = if self.sent.is_some() {
            let error = Error::invalid_request("the request was sent already");
            Request::new(Arc::clone(&self.shared), self.operation, RequestParts::invalid(error), read_text)
        } else {
            self.options.keeps_envelope = true;
            self.request(read_text)
        };
        request.send()
    }

    fn request<T: 'static>(&self, read: fn(&[u8]) -> Result<T>) -> Request<T> {
        let [envelope, pretty] = OPTIONS.map(|name| self.value(name).map(|value| value == "true"));
        let options = CallOptions { envelope, pretty, ..self.options.clone() };
        let parts = self.build().unwrap_or_else(RequestParts::invalid);
        let (secrets, min_version) = (self.secrets(), self.min_version());
        Request::new(Arc::clone(&self.shared), self.operation, parts, read)
            .with_options(options, min_version)
            .redacting(secrets)
    }

    /// The values in the body under the names of secrets, for redaction in errors.
    fn secrets(&self) -> Vec<Secret> {
        let body = self.body.as_ref().and_then(|body| body.as_ref().ok());
        let body: Value = body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let mut pending = vec![(&body, false)];
        let mut found = Vec::new();
        while let Some((value, secret)) = pending.pop() {
            match value {
                Value::Object(fields) => pending.extend(fields.iter().map(|(name, value)| {
                    (value, secret || operations::SECRET_NAMES.contains(&name.as_str()))
                })),
                Value::Array(values) => pending.extend(values.iter().map(|value| (value, secret))),
                Value::String(text) if secret => found.push(Secret::new(text)),
                Value::Number(number) if secret => found.push(Secret::new(number.to_string())),
                _ => {}
            }
        }
        found
    }

    fn min_version(&self) -> Option<Date> {
        self.operation.response_versions.first().map(|version| version.date)
    }

    fn build(&self) -> Result<RequestParts> {
        for (name, value) in &self.parameters {
            let Some(parameter) = self.operation.parameter(name) else {
                return Err(self.unknown_parameter(name));
            };
            check_value(parameter, value)?;
        }
        let request = self.path_and_query()?;
        match (&self.body, self.operation.request_versions.is_empty()) {
            (None, true) => Ok(request),
            (None, false) => Err(Error::invalid_request("the operation needs a body: call `json`")),
            (Some(_), true) => Err(Error::invalid_request("the operation has no request body")),
            (Some(Ok(body)), false) => Ok(request.body(body.clone())),
            (Some(Err(_)), false) => Err(RequestParts::not_json()),
        }
    }

    fn path_and_query(&self) -> Result<RequestParts> {
        let mut path = String::with_capacity(self.operation.path.len() + 24);
        let mut rest = self.operation.path;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            path.push_str(before);
            let value = self.value(name).ok_or_else(|| missing(name))?;
            path.push_str(&text_ids::in_path(value).to_string());
            rest = after;
        }
        path.push_str(rest);
        let mut request = RequestParts::new(path);
        let in_query = |parameter: &&Parameter| {
            parameter.location == ParameterLocation::Query && !OPTIONS.contains(&parameter.name)
        };
        for parameter in self.operation.parameters.iter().filter(in_query) {
            let values = self.values(parameter);
            if values.is_empty() && parameter.required {
                return Err(missing(parameter.name));
            }
            for value in values {
                request = request.query(&[(parameter.name, value)]);
            }
        }
        Ok(request)
    }

    /// The value of a parameter. If it was set twice, the last value applies.
    fn value(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The values of a parameter: all of an array, the last one of any other.
    fn values(&self, parameter: &Parameter) -> Vec<&str> {
        if !matches!(parameter.kind, ParameterKind::Array { .. }) {
            return self.value(parameter.name).into_iter().collect();
        }
        let all = self.parameters.iter().filter(|(name, _)| name == parameter.name);
        all.map(|(_, value)| value.as_str()).collect()
    }

    fn unknown_parameter(&self, name: &str) -> Error {
        let known: Vec<_> = self.operation.parameters.iter().map(|parameter| parameter.name).collect();
        // The caller may have swapped name and value.
        let name = self.shared.authenticator.without_secrets(name, &self.secrets());
        let name: String = printable(&name).chars().take(40).collect();
        Error::invalid_request(format!("there is no parameter `{name}`; there are: {}", known.join(", ")))
    }
}

/// The JSON of a body; `null` if it is empty.
fn read_value(body: &[u8]) -> Result<Value> {
    if body.is_empty() { Ok(Value::Null) } else { read_json(body) }
}

/// The text of a body, which is JSON unless it is empty.
fn read_text(body: &[u8]) -> Result<String> {
    if !body.is_empty() {
        read_json::<serde::de::IgnoredAny>(body)?;
    }
    // JSON is UTF-8, but strings that are ignored are not checked.
    String::from_utf8(body.to_vec())
        .map_err(|_| Error::new(ErrorKind::InvalidResponse, "it is not JSON: not UTF-8"))
}

fn missing(name: &str) -> Error {
    Error::invalid_request(format!("the parameter `{name}` is missing"))
}

/// Checks a value. No message contains it, because it may be a secret in the wrong place.
fn check_value(parameter: &Parameter, value: &str) -> Result<()> {
    let invalid =
        |reason: String| Err(Error::invalid_request(format!("the parameter `{}` {reason}", parameter.name)));
    match item_kind(parameter.kind) {
        ParameterKind::Id(kind) | ParameterKind::Text(kind) => {
            ids::check(kind, value).or_else(|error| invalid(format!("is {error}")))
        }
        ParameterKind::Boolean { .. } if value == "true" || value == "false" => Ok(()),
        ParameterKind::Boolean { .. } => invalid("must be `true` or `false`".to_owned()),
        ParameterKind::Integer { minimum, maximum, .. } => match value.parse::<i64>() {
            Err(_) => invalid("must be a whole number".to_owned()),
            Ok(number) if minimum.is_some_and(|minimum| number < minimum) => {
                invalid(format!("must be at least {}", minimum.unwrap_or_default()))
            }
            Ok(number) if maximum.is_some_and(|maximum| number > maximum) => {
                invalid(format!("must be at most {}", maximum.unwrap_or_default()))
            }
            Ok(_) => Ok(()),
        },
        ParameterKind::Number => match value.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(()),
            _ => invalid("must be a number".to_owned()),
        },
        // The server may accept values that the fragment does not list.
        ParameterKind::Enum { .. } | ParameterKind::String | ParameterKind::Array { .. } => Ok(()),
    }
}

/// The kind of a single value.
fn item_kind(kind: ParameterKind) -> ParameterKind {
    match kind {
        ParameterKind::Array { items } => *items,
        single => single,
    }
}

impl Future for RawRequest {
    type Output = Result<Value>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut request = self.sent.take().unwrap_or_else(|| self.request(read_value));
        let result = Pin::new(&mut request).poll(context);
        self.sent = Some(request);
        result
    }
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without parameters and body, which may contain secrets.
        f.debug_struct("RawRequest").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
