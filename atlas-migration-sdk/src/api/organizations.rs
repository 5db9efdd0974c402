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

    /// The number of organizations per page, clamped to 1 to 500. Default: 500.
    #[must_use]
    pub fn page_size(self, size: u16) -> Self {
        Self(self.0.page_size(size))
    }

    /// Reads one page. The first page has the number 1.
    ///
    /// Atlas operation `listOrgs`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for the number 0, and those of every call; see
    /// [`Error`](crate::Error).
    pub fn page(&self, number: u32) -> Request<OrganizationPage> {
        self.0.page(number)
    }

    /// Reads all pages, and returns their organizations.
    ///
    /// # Errors
    ///
    /// Those of [`stream`](Self::stream).
    pub async fn all(self) -> Result<Vec<Organization>> {
        self.0.all().await
    }

    /// All organizations. The pages are fetched as the stream is polled.
    ///
    /// The stream ends after an error. A page that repeats an earlier one is an error; see [`Pages::stream`].
    pub fn stream(self) -> impl Stream<Item = Result<Organization>> + Send + 'static {
        self.0.stream()
    }
}
