//! What a call returns: the value and the metadata of the response.

use crate::http::ResponseMetadata;

/// The value of a successful response, with the metadata of the response.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// Status, headers, and how the response was obtained.
    pub metadata: ResponseMetadata,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, metadata: ResponseMetadata) -> Self {
        Self { value, metadata }
    }
}
