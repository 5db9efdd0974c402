//! Lists that the server splits into pages: a stream over all pages, or page by page.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};

use crate::call::{PreparedRequest, Request, Shared};
use crate::error::Result;
use crate::values::page::Page;

/// The default page size, which is also the maximum that Atlas allows.
const MAX_PAGE_SIZE: u16 = 500;

/// A list that the server splits into pages, such as [`Client::organizations`](crate::Client::organizations).
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
pub struct Pages<P> {
    shared: Arc<Shared>,
    request: Arc<RequestPage<P>>,
    page_size: u16,
}

/// Prepares the request of a page.
type RequestPage<P> = dyn Fn(PageParameters) -> PreparedRequest<P> + Send + Sync;

/// The parameters `itemsPerPage` and `pageNum`, which the operations of all lists have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageParameters {
    pub(crate) size: Option<i64>,
    pub(crate) number: Option<i64>,
}

impl<P: Page> Pages<P> {
    /// The list of this request: a generated function of `requests`.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        request: impl Fn(PageParameters) -> PreparedRequest<P> + Send + Sync + 'static,
    ) -> Self {
        Self { shared: Arc::clone(shared), request: Arc::new(request), page_size: MAX_PAGE_SIZE }
    }

    /// The same pages of another request, such as one with a filter.
    pub(super) fn with_request(
        self,
        request: impl Fn(PageParameters) -> PreparedRequest<P> + Send + Sync + 'static,
    ) -> Self {
        Self { request: Arc::new(request), ..self }
    }

    /// The number of items per page, clamped to 1 to 500. Default: 500.
    #[must_use]
    pub fn page_size(mut self, size: u16) -> Self {
        self.page_size = size.clamp(1, MAX_PAGE_SIZE);
        self
    }

    /// Reads one page. The first page has the number 1.
    ///
    /// # Errors
    ///
    /// Those of every call; see [`Error`](crate::Error).
    pub fn page(&self, number: NonZeroU32) -> Request<P> {
        let parameters =
            PageParameters { size: Some(i64::from(self.page_size)), number: Some(i64::from(number.get())) };
        Request::prepared(&self.shared, (self.request)(parameters), Ok)
    }

    /// All items. The pages are fetched as the stream is polled.
    ///
    /// The stream ends after an error.
    pub fn stream(self) -> impl Stream<Item = Result<P::Item>> + Send + 'static {
        let first = (self, Some(NonZeroU32::MIN), 0);
        let pages = stream::try_unfold(first, |(pages, next, mut received)| async move {
            let Some(number) = next else { return Ok(None) };
            let page = pages.page(number).await?;
            received += page.items().len() as u64;
            let next = if pages.is_last(&page, received) { None } else { number.checked_add(1) };
            Ok(Some((stream::iter(page.into_items().into_iter().map(Ok)), (pages, next, received))))
        });
        pages.try_flatten()
    }

    /// Whether this page is the last one; `received` is the number of items up to and including it.
    ///
    /// A link to the next page or a larger total count shows that there are more pages, independent of the page's size:
    /// the server may return smaller pages than requested. Without either, a page that is not full is the last one.
    fn is_last(&self, page: &P, received: u64) -> bool {
        let items = page.items().len();
        match (page.has_next(), page.total()) {
            _ if items == 0 => true,
            (Some(true), _) => false,
            (_, Some(total)) => received >= total,
            (Some(false), None) => true,
            (None, None) => items < usize::from(self.page_size),
        }
    }
}

impl<P> Clone for Pages<P> {
    fn clone(&self) -> Self {
        let Self { shared, request, page_size } = self;
        Self { shared: Arc::clone(shared), request: Arc::clone(request), page_size: *page_size }
    }
}

impl<P> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("page_size", &self.page_size).finish_non_exhaustive()
    }
}
