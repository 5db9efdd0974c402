//! Any operation of the table, with parameters by name and a JSON body.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::call::{CallOptions, Request, RequestParts, Response, Shared, read_json};
use crate::error::{Error, Result};
use crate::generated::operations;
use crate::values::clock::BoxFuture;
use crate::values::date::Date;
use crate::values::ids;
use crate::values::operation::{Operation, Parameter, ParameterKind, ParameterLocation};
use crate::values::secret::Secret;

/// The parameters that the transport appends: they choose the form of the reply.
const SWITCHES: [&str; 2] = ["envelope", "pretty"];

/// A call of any operation of the table. Made by [`Client::request`](crate::Client::request).
///
/// Await it for the reply's JSON, which is `null` where the reply has no body.
#[must_use = "a request does nothing until it is awaited"]
pub struct RawRequest {
    shared: Arc<Shared>,
    operation: &'static Operation,
    parameters: Vec<(String, String)>,
    body: Option<Result<Vec<u8>, serde_json::Error>>,
    version: Option<Date>,
}

impl RawRequest {
    pub(crate) fn new(shared: Arc<Shared>, operation: &'static Operation) -> Self {
        Self { shared, operation, parameters: Vec::new(), body: None, version: None }
    }

    /// Sets a parameter of the path or the query, by its name on the wire.
    ///
    /// The table is asked whether there is such a parameter and whether the value fits it when the request is sent.
    pub fn parameter(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.parameters.push((name.into(), value.to_string()));
        self
    }

    /// Sets the body. Field names are those of the wire.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body));
        self
    }

    /// The version of the API to ask for, and that of the body. Default: what the client says, else the newest.
    pub fn api_version(mut self, version: Date) -> Self {
        self.version = Some(version);
        self
    }

    /// Sends the call and returns the reply's JSON with its metadata.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a parameter that is unknown, missing or
    /// does not fit, for a body that is missing or not taken, and for a version older than the operation; beyond
    /// that, those of every call.
    pub fn send(self) -> impl Future<Output = Result<Response<Value>>> {
        self.request().send()
    }

    fn request(self) -> Request<Value> {
        let [envelope, pretty] = SWITCHES.map(|name| self.value(name).map(|value| value == "true"));
        let options = CallOptions { envelope, pretty, version: self.version };
        let parts = self.build().unwrap_or_else(RequestParts::invalid);
        let (secrets, min_version) = (self.secrets(), self.oldest_version());
        Request::new(self.shared, self.operation, parts, read_value)
            .with_options(options, min_version)
            .redacting(secrets)
    }

    /// What the body holds under the names of secrets, so that no error repeats it.
    fn secrets(&self) -> Vec<Secret> {
        let body = self.body.as_ref().and_then(|body| body.as_ref().ok());
        let body: Value = body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let mut waiting = vec![(&body, false)];
        let mut found = Vec::new();
        while let Some((value, secret)) = waiting.pop() {
            match value {
                Value::Object(fields) => waiting.extend(fields.iter().map(|(name, value)| {
                    (value, secret || operations::SECRET_NAMES.contains(&name.as_str()))
                })),
                Value::Array(values) => waiting.extend(values.iter().map(|value| (value, secret))),
                Value::String(text) if secret => found.push(Secret::new(text)),
                Value::Number(number) if secret => found.push(Secret::new(number.to_string())),
                _ => {}
            }
        }
        found
    }

    fn oldest_version(&self) -> Option<Date> {
        self.operation.response_versions.first().map(|version| version.date)
    }

    fn build(&self) -> Result<RequestParts> {
        for (name, value) in &self.parameters {
            let Some(parameter) = self.operation.parameter(name) else { return Err(self.unknown(name)) };
            check_value(parameter, value)?;
        }
        let request = self.path_and_query()?;
        match (&self.body, self.operation.request_versions.is_empty()) {
            (None, true) => Ok(request),
            (None, false) => Err(Error::invalid_request("the operation needs a body: call `json`")),
            (Some(_), true) => Err(Error::invalid_request("the operation takes no body")),
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
            path.push_str(self.value(name).ok_or_else(|| missing(name))?);
            rest = after;
        }
        path.push_str(rest);
        let mut request = RequestParts::new(path);
        let in_query = |parameter: &&Parameter| {
            parameter.location == ParameterLocation::Query && !SWITCHES.contains(&parameter.name)
        };
        for parameter in self.operation.parameters.iter().filter(in_query) {
            match self.value(parameter.name) {
                Some(value) => request = request.query(&[(parameter.name, value)]),
                None if parameter.required => return Err(missing(parameter.name)),
                None => {}
            }
        }
        Ok(request)
    }

    /// The value of a parameter; the last one counts where it was set twice.
    fn value(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn unknown(&self, name: &str) -> Error {
        let known: Vec<_> = self.operation.parameters.iter().map(|parameter| parameter.name).collect();
        // Name and value may have changed places.
        let name = self.shared.authenticator.without_secrets(name, &self.secrets());
        let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        Error::invalid_request(format!("there is no parameter `{name}`; there are: {}", known.join(", ")))
    }
}

/// The JSON of a reply's body; nothing is `null`.
fn read_value(body: &[u8]) -> Result<Value> {
    if body.is_empty() { Ok(Value::Null) } else { read_json(body) }
}

fn missing(name: &str) -> Error {
    Error::invalid_request(format!("the parameter `{name}` is missing"))
}

/// Whether the value fits the parameter. No message repeats the value: it may be a secret in the wrong place.
fn check_value(parameter: &Parameter, value: &str) -> Result<()> {
    let refusal =
        |reason: String| Err(Error::invalid_request(format!("the parameter `{}` {reason}", parameter.name)));
    match parameter.kind {
        ParameterKind::Id(kind) => ids::check(kind, value).or_else(|error| refusal(format!("is {error}"))),
        ParameterKind::Boolean { .. } if value == "true" || value == "false" => Ok(()),
        ParameterKind::Boolean { .. } => refusal("must be `true` or `false`".to_owned()),
        ParameterKind::Integer { minimum, maximum, .. } => match value.parse::<i64>() {
            Err(_) => refusal("must be a whole number".to_owned()),
            Ok(number) if minimum.is_some_and(|minimum| number < minimum) => {
                refusal(format!("must be at least {}", minimum.unwrap_or_default()))
            }
            Ok(number) if maximum.is_some_and(|maximum| number > maximum) => {
                refusal(format!("must be at most {}", maximum.unwrap_or_default()))
            }
            Ok(_) => Ok(()),
        },
        ParameterKind::String => Ok(()),
    }
}

impl IntoFuture for RawRequest {
    type Output = Result<Value>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.request().into_future()
    }
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither parameters nor body: they may hold secrets.
        f.debug_struct("RawRequest").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
