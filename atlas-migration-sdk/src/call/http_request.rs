//! The HTTP request of a call: the prepared parts, with the media types and the options of the call.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};

use super::media_type::{DatedMediaType, JSON};
use super::parts::RequestParts;
use super::retry::RetryPolicy;
use super::shared::Shared;
use crate::error::{Error, Result};
use crate::values::date::Date;
use crate::values::operation::{Operation, Version};
use crate::values::secret::Secret;

/// The options of one call, in place of those of the client.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) envelope: Option<bool>,
    pub(crate) pretty: Option<bool>,
    /// Whether the body is read in its envelope. The status in the envelope counts in any case.
    pub(crate) keeps_envelope: bool,
    pub(crate) version: Option<Date>,
    /// Rarely set, and boxed so that other calls do not pay for their size.
    pub(crate) limits: Option<Box<CallLimits>>,
}

/// The limits of one call, in place of those of the client.
#[derive(Clone, Default)]
pub(crate) struct CallLimits {
    pub(crate) operation_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<Arc<dyn RetryPolicy>>,
}

impl CallOptions {
    /// The limits, to be changed.
    pub(crate) fn limits_mut(&mut self) -> &mut CallLimits {
        self.limits.get_or_insert_default()
    }
}

/// A call of one operation.
pub(crate) struct Call<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) operation: &'static Operation,
    pub(crate) options: &'a CallOptions,
    /// Secrets of the body, which an error response might repeat.
    pub(crate) secrets: &'a [Secret],
}

impl Call<'_> {
    /// The time limit of the whole call.
    pub(super) fn operation_timeout(&self) -> Duration {
        self.limit(|limits| limits.operation_timeout).unwrap_or(self.shared.operation_timeout)
    }

    /// The time limit of one request.
    pub(super) fn attempt_timeout(&self) -> Duration {
        self.limit(|limits| limits.attempt_timeout).unwrap_or(self.shared.attempt_timeout)
    }

    pub(super) fn retry_policy(&self) -> &dyn RetryPolicy {
        self.limit(|limits| limits.retry.as_deref()).unwrap_or(&*self.shared.retry)
    }

    fn limit<'a, L>(&'a self, limit: impl FnOnce(&'a CallLimits) -> Option<L>) -> Option<L> {
        self.options.limits.as_deref().and_then(limit)
    }

    /// Checks that the operation supports the options, before anything is sent.
    ///
    /// `min_version` is the oldest version that the body and the response of this call are compatible with.
    pub(crate) fn check(&self, min_version: Option<Date>) -> Result<()> {
        let invalid = |message| Err(Error::invalid_request(message).with_operation(self.operation));
        if self.options.pretty == Some(true) && self.operation.parameter("pretty").is_none() {
            return invalid(format!("{} has no parameter `pretty`", self.operation.id));
        }
        match (self.requested_version(), min_version) {
            (Some(version), Some(min_version)) if version < min_version => invalid(format!(
                "the API version {version} is older than {min_version}, the version that this call is made for; \
                 request {min_version} or newer, or send an older body with Client::request"
            )),
            _ => Ok(()),
        }
    }

    /// Builds a request without a credential.
    pub(super) fn http_request(&self, parts: &RequestParts) -> Result<Request> {
        let mut request = parts.to_request(self.operation.method.to_http(), &self.shared.base_url);
        self.append_options(request.url_mut());
        let has_body = request.body().is_some();
        let needs_length = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
        let headers = request.headers_mut();
        // The request has no headers yet that these would have to replace.
        headers.append(ACCEPT, self.response_media_type()?);
        if has_body {
            headers.append(CONTENT_TYPE, self.body_media_type()?);
        } else if needs_length {
            // RFC 9110 section 8.6. Some gateways respond with 411 without it.
            headers.append(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(request)
    }

    /// Whether this call requests an enveloped response. The option has no effect on operations without the parameter.
    pub(super) fn uses_envelope(&self) -> bool {
        self.options.envelope.unwrap_or(self.shared.envelope)
            && self.operation.parameter("envelope").is_some()
    }

    /// Appends `envelope` and `pretty` if they are true. The server's default is false.
    fn append_options(&self, url: &mut Url) {
        if self.uses_envelope() {
            url.query_pairs_mut().append_pair("envelope", "true");
        }
        if self.options.pretty.unwrap_or(self.shared.pretty) && self.operation.parameter("pretty").is_some() {
            url.query_pairs_mut().append_pair("pretty", "true");
        }
    }

    fn requested_version(&self) -> Option<Date> {
        self.options.version.or(self.shared.version.as_ref().map(|version| version.date))
    }

    fn response_media_type(&self) -> Result<HeaderValue> {
        self.media_type(self.operation.response_versions)
    }

    /// The media type of the newest known version of the body that is not later than the requested version. The
    /// requested date may be that of a version with another body.
    fn body_media_type(&self) -> Result<HeaderValue> {
        let requested = self.requested_version();
        let versions = self.operation.request_versions;
        let known = versions.iter().rposition(|version| requested.is_none_or(|date| version.date <= date));
        match known.and_then(|known| self.shared.media_types.newest(&versions[..=known])) {
            Some(media_type) => Ok(media_type),
            None => self.media_type(versions),
        }
    }

    fn media_type(&self, versions: &'static [Version]) -> Result<HeaderValue> {
        match (self.options.version, &self.shared.version) {
            (Some(date), _) => DatedMediaType::new(date).map(|version| version.header),
            (None, Some(version)) => Ok(version.header.clone()),
            (None, None) => Ok(self.shared.media_types.newest(versions).unwrap_or(JSON)),
        }
    }
}

/// Removes the body of a request that only requests a challenge. The media type is kept, because a server may choose by
/// it what handles the request.
pub(super) fn remove_body(request: &mut Request) {
    if request.body_mut().take().is_some() {
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
}
