//! Lists that the server splits into pages: a stream over all pages, or page by page.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hasher as _};
use std::num::NonZeroU32;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::call::{PreparedRequest, Request, RequestParts, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::values::page::Page;

/// The default page size, which is also the maximum that Atlas allows.
const MAX_PAGE_SIZE: u16 = 500;

/// A list that the server splits into pages, such as [`Client::organizations`](crate::Client::organizations).
///
/// ```no_run
/// # async fn example(client: atlas_migration_sdk::Client) -> Result<(), atlas_migration_sdk::Error> {
/// for project in client.projects().all().await? {
///     println!("{}", project.name);
/// }
///
/// // Or with one page in memory at a time:
/// use futures_util::TryStreamExt as _;
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for the number 0, and those of every call; see
    /// [`Error`](crate::Error).
    pub fn page(&self, number: u32) -> Request<P> {
        let mut request = self.prepare(number);
        if number == 0 {
            request.parts = RequestParts::invalid(Error::invalid_request(
                "there is no page 0: the first page has the number 1",
            ));
        }
        Request::prepared(&self.shared, request, Ok)
    }

    fn prepare(&self, number: u32) -> PreparedRequest<P> {
        let (size, number) = (i64::from(self.page_size), i64::from(number));
        (self.request)(PageParameters { size: Some(size), number: Some(number) })
    }

    /// Reads all pages, and returns their items.
    ///
    /// # Errors
    ///
    /// Those of [`stream`](Self::stream).
    pub async fn all(self) -> Result<Vec<P::Item>> {
        self.stream().try_collect().await
    }

    /// All items. The pages are fetched as the stream is polled.
    ///
    /// The stream ends after an error. A page with the same items as an earlier one is an error of the kind
    /// [`ErrorKind::InvalidResponse`](crate::ErrorKind::InvalidResponse): the server, or a gateway in front of it, ignores
    /// the number of the page, and the list would be neither complete nor finite.
    pub fn stream(self) -> impl Stream<Item = Result<P::Item>> + Send + 'static {
        let first = Position { next: Some(NonZeroU32::MIN), received: 0, fingerprints: HashSet::new() };
        let pages = stream::try_unfold((self, first), |(pages, mut position)| async move {
            let Some(number) = position.next else { return Ok::<_, Error>(None) };
            let page = pages.next_page(number, &mut position).await?;
            Ok(Some((stream::iter(page.into_items().into_iter().map(Ok)), (pages, position))))
        });
        pages.try_flatten()
    }

    /// Reads the page at this position, and advances the position.
    async fn next_page(&self, number: NonZeroU32, position: &mut Position) -> Result<P> {
        let PreparedRequest { operation, parts, read } = self.prepare(number.get());
        let read = move |body: &[u8]| Ok((read(body)?, fingerprint(body)));
        let (page, fingerprint) = Request::new(Arc::clone(&self.shared), operation, parts, read).await?;
        if !position.fingerprints.insert(fingerprint) {
            let message = format!(
                "page {number} has the same items as an earlier page. The server, or a gateway in front of it, ignores \
                 the query parameter `pageNum`, so that the list cannot be read beyond {} items",
                position.received
            );
            return Err(Error::new(ErrorKind::InvalidResponse, message).with_operation(operation));
        }
        position.received += page.items().len() as u64;
        position.next = if self.is_last(&page, position.received) { None } else { number.checked_add(1) };
        Ok(page)
    }

    /// Whether this page is the last one; `received` is the number of items up to and including it.
    ///
    /// It is the last one once all of the total count were received. Before that, a link to the next page or a larger
    /// total count shows that there are more pages, independent of the page's size: the server may return smaller pages
    /// than requested. Without either, a page that is not full is the last one.
    fn is_last(&self, page: &P, received: u64) -> bool {
        let items = page.items().len();
        match (page.has_next(), page.total()) {
            _ if items == 0 => true,
            (_, Some(total)) => received >= total,
            (Some(has_next), None) => !has_next,
            (None, None) => items < usize::from(self.page_size),
        }
    }
}

/// How far a stream has read.
struct Position {
    next: Option<NonZeroU32>,
    /// The number of items on the pages so far.
    received: u64,
    /// Those of the pages so far.
    fingerprints: HashSet<u64>,
}

/// A hash of the items of a page; not of its links, which may contain the number of the page.
fn fingerprint(body: &[u8]) -> u64 {
    #[derive(Deserialize)]
    struct Items<'a> {
        #[serde(borrow)]
        results: &'a RawValue,
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(
        serde_json::from_slice::<Items<'_>>(body).map_or(body, |items| items.results.get().as_bytes()),
    );
    hasher.finish()
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
