//! Versions of the API as headers, made once: a call only clones one.

use reqwest::header::HeaderValue;

use crate::error::{Error, Result};
use crate::values::date::Date;
use crate::values::operation::Version;

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A version of the API and its media type as a header.
#[derive(Clone)]
pub(crate) struct DatedMediaType {
    pub(crate) date: Date,
    pub(crate) header: HeaderValue,
}

impl DatedMediaType {
    pub(crate) fn new(date: Date) -> Result<Self> {
        // A date is made of digits and hyphens, which any header can hold.
        let header = HeaderValue::try_from(format!("application/vnd.atlas.{date}+json"))
            .map_err(|_| Error::configuration("the API version cannot stand in a header"))?;
        Ok(Self { date, header })
    }
}

/// The media types of all versions of the table.
pub(crate) struct MediaTypes(Vec<DatedMediaType>);

impl MediaTypes {
    pub(crate) fn of_the_table() -> Self {
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

    /// That of the newest of these versions.
    pub(super) fn newest(&self, versions: &[Version]) -> Option<HeaderValue> {
        let newest = versions.last()?.date;
        self.0.iter().find(|known| known.date == newest).map(|known| known.header.clone())
    }
}
