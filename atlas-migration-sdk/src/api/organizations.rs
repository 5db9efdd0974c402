//! The organizations that the caller has access to.

use std::sync::Arc;

use futures_core::Stream;

use super::pages::Pages;
use crate::call::{Request, Shared};
use crate::error::Result;
use crate::generated::models::{Organization, OrganizationPage};
use crate::generated::requests;

/// The organizations that the caller has access to, as [`Pages`] with a filter. Created by
/// [`Client::organizations`](crate::Client::organizations).
#[derive(Clone, Debug)]
pub struct Organizations(Pages<OrganizationPage>);

impl Organizations {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self(Pages::new(shared, |page| requests::list_orgs(None, page.size, None, page.number)))
    }

    /// Only organizations whose name starts with this text, case-insensitively. Default: all.
    #[must_use]
    pub fn name_starts_with(self, name: impl Into<String>) -> Self {
        let name = name.into();
        Self(self.0.with_request(move |page| requests::list_orgs(None, page.size, Some(&name), page.number)))
    }

    /// As [`Pages::page_size`].
    #[must_use]
    pub fn page_size(self, size: u16) -> Self {
        Self(self.0.page_size(size))
    }

    /// As [`Pages::page`].
    ///
    /// Atlas operation `listOrgs`.
    ///
    /// # Errors
    ///
    /// Those of every call; see [`Error`](crate::Error).
    pub fn page(&self, number: u32) -> Request<OrganizationPage> {
        self.0.page(number)
    }

    /// As [`Pages::all`].
    ///
    /// # Errors
    ///
    /// As [`Pages::all`].
    pub async fn all(self) -> Result<Vec<Organization>> {
        self.0.all().await
    }

    /// As [`Pages::stream`].
    pub fn stream(self) -> impl Stream<Item = Result<Organization>> + Send + 'static {
        self.0.stream()
    }
}
