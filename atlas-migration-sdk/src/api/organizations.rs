//! The organizations that the caller has access to: a stream over all pages, or page by page.

use std::num::NonZeroU32;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};

use crate::call::{Request, Shared};
use crate::error::Result;
use crate::generated::models::{Organization, OrganizationPage};
use crate::generated::requests;

/// The default page size, which is also the maximum that Atlas allows.
const MAX_PAGE_SIZE: u16 = 500;

/// The organizations that the caller has access to. Created by [`Client::organizations`](crate::Client::organizations).
///
/// ```no_run
/// # async fn example(client: atlas_migration_sdk::Client) -> Result<(), atlas_migration_sdk::Error> {
/// use futures_util::TryStreamExt as _;
///
/// let mut organizations = std::pin::pin!(client.organizations().stream());
/// while let Some(organization) = organizations.try_next().await? {
///     println!("{}", organization.name);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Organizations {
    shared: Arc<Shared>,
    name: Option<String>,
    page_size: u16,
}

impl Organizations {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, name: None, page_size: MAX_PAGE_SIZE }
    }

    /// Only organizations whose name starts with this text, case-insensitively. Default: all.
    #[must_use]
    pub fn name_starts_with(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The number of organizations per page, clamped to 1 to 500. Default: 500.
    #[must_use]
    pub fn page_size(mut self, size: u16) -> Self {
        self.page_size = size.clamp(1, MAX_PAGE_SIZE);
        self
    }

    /// Reads one page. The first page has the number 1.
    ///
    /// Atlas operation `listOrgs`.
    ///
    /// # Errors
    ///
    /// Those of every call; see [`Error`](crate::Error).
    pub fn page(&self, number: NonZeroU32) -> Request<OrganizationPage> {
        let (size, number) = (i64::from(self.page_size), i64::from(number.get()));
        Request::prepared(
            &self.shared,
            requests::list_orgs(None, Some(size), self.name.as_deref(), Some(number)),
            Ok,
        )
    }

    /// All organizations. The pages are fetched as the stream is polled.
    ///
    /// The stream ends after an error.
    pub fn stream(self) -> impl Stream<Item = Result<Organization>> + Send + 'static {
        let first = (self, Some(NonZeroU32::MIN), 0);
        let pages = stream::try_unfold(first, |(organizations, next, mut received)| async move {
            let Some(number) = next else { return Ok(None) };
            let page = organizations.page(number).await?;
            received += page.results.len() as u64;
            let next = if organizations.is_last(&page, received) { None } else { number.checked_add(1) };
            Ok(Some((stream::iter(page.results.into_iter().map(Ok)), (organizations, next, received))))
        });
        pages.try_flatten()
    }

    /// Whether this page is the last one; `received` is the number of organizations up to and including it.
    ///
    /// A link to the next page or a larger total count shows that there are more pages, independent of the page's size:
    /// the server may return smaller pages than requested. Without either, a page that is not full is the last one.
    fn is_last(&self, page: &OrganizationPage, received: u64) -> bool {
        let has_next = page.links.iter().any(|link| link.rel.as_deref() == Some("next"));
        let total = page.total_count.and_then(|total| u64::try_from(total).ok());
        match (page.results.is_empty(), has_next, total) {
            (true, _, _) => true,
            (false, true, _) => false,
            (false, false, Some(total)) => received >= total,
            (false, false, None) => {
                !page.links.is_empty() || page.results.len() < usize::from(self.page_size)
            }
        }
    }
}
