//! What a call returns: the value and the metadata of the response.

use crate::http::ResponseMetadata;

/// A value and the metadata of the reply that brought it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// What the reply says beside it.
    pub metadata: ResponseMetadata,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, metadata: ResponseMetadata) -> Self {
        Self { value, metadata }
    }
}
