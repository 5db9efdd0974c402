//! Media types of API versions as header values. They are created once; a call only clones them.

use reqwest::header::HeaderValue;

use crate::error::{Error, Result};
use crate::values::date::Date;
use crate::values::operation::Version;

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An API version with its media type as a header value.
#[derive(Clone)]
pub(crate) struct DatedMediaType {
    pub(crate) date: Date,
    pub(crate) header: HeaderValue,
}

impl DatedMediaType {
    pub(crate) fn new(date: Date) -> Result<Self> {
        // A date consists of digits and hyphens, which are valid in a header.
        let header = HeaderValue::try_from(format!("application/vnd.atlas.{date}+json"))
            .map_err(|_| Error::configuration("the API version is not valid in a header"))?;
        Ok(Self { date, header })
    }
}

/// The media types of all versions in the operation table.
pub(crate) struct MediaTypes(Vec<DatedMediaType>);

impl MediaTypes {
    pub(crate) fn of_operations() -> Self {
        let mut all = Vec::<DatedMediaType>::new();
        let operations = crate::generated::operations::ALL.iter();
        for version in operations.flat_map(|one| one.request_versions.iter().chain(one.response_versions)) {
            if all.iter().all(|known| known.date != version.date) {
                let header = HeaderValue::from_static(version.media_type);
                all.push(DatedMediaType { date: version.date, header });
            }
        }
        Self(all)
    }

    /// The media type of the newest of these versions.
    pub(super) fn newest(&self, versions: &[Version]) -> Option<HeaderValue> {
        let newest = versions.last()?.date;
        self.0.iter().find(|known| known.date == newest).map(|known| known.header.clone())
    }
}
