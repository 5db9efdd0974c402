//! What a call returns: the value and the metadata of the response.

use crate::http::ReplyMeta;

/// A value and the metadata of the reply that brought it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reply<T> {
    /// The value.
    pub value: T,
    /// What the reply says beside it.
    pub meta: ReplyMeta,
}

impl<T> Reply<T> {
    pub(crate) fn new(value: T, meta: ReplyMeta) -> Self {
        Self { value, meta }
    }
}
