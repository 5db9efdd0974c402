//! The state that all calls of a client share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::media_type::{DatedMediaType, MediaTypes};
use super::retry::RetryPolicy;
use super::throttle::Throttle;
use crate::auth::Authenticator;
use crate::http::{BaseUrl, Http};
use crate::values::clock::Clock;
use crate::values::setting_names::SettingNames;

/// The settings and the state that all calls of a client share.
pub(crate) struct Shared {
    pub(crate) http: Http,
    pub(crate) base_url: BaseUrl,
    pub(crate) names: SettingNames,
    pub(crate) authenticator: Authenticator,
    pub(crate) version: Option<DatedMediaType>,
    pub(crate) media_types: MediaTypes,
    pub(crate) envelope: bool,
    pub(crate) pretty: bool,
    pub(crate) attempt_timeout: Duration,
    pub(crate) operation_timeout: Duration,
    pub(crate) max_response_size: usize,
    pub(crate) retry: Arc<dyn RetryPolicy>,
    pub(crate) throttle: Throttle,
    pub(crate) clock: Arc<dyn Clock>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url.as_str())
            .field("authenticator", &self.authenticator)
            .field("api_version", &self.version.as_ref().map(|version| version.date))
            .finish_non_exhaustive()
    }
}
