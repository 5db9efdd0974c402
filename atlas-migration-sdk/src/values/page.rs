//! One page of a list: what the stream over all pages needs. The generator implements it for the models of pages.

/// One page of a list, such as [`OrganizationPage`](crate::model::OrganizationPage). Only models of this crate
/// implement it.
pub trait Page: Sealed + Send + Sized + 'static {
    /// The type of the items.
    type Item: Send + 'static;

    /// The items on this page.
    fn items(&self) -> &[Self::Item];

    /// Returns the items on this page.
    fn into_items(self) -> Vec<Self::Item>;

    /// The number of items on all pages, if the page contains it.
    fn total(&self) -> Option<u64>;

    /// Whether the page links to a next one; `None` if it has no links at all.
    fn has_next(&self) -> Option<bool>;
}

/// Prevents implementations outside of this crate, so that methods can be added to [`Page`].
#[allow(unnameable_types, reason = "a trait without a public name cannot be implemented elsewhere")]
pub trait Sealed {}
