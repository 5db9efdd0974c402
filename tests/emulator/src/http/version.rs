//! Versions: which one a request asks for, which one serves it, and the headers about its age.

use atlas_migration_sdk::{Date, Version};
use hyper::StatusCode;
use hyper::header::HeaderName;

use super::{ErrorResponse, Response};
use crate::assumptions;
use crate::values::ApiError;

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// The version that serves a request with this `Accept` header: the newest one up to the requested date.
pub(crate) fn negotiate(
    versions: &'static [Version],
    accept: Option<&str>,
    today: Date,
) -> Result<&'static Version, ErrorResponse> {
    let version = accept.and_then(requested).and_then(|date| newest_until(versions, date));
    usable(version.ok_or_else(invalid_version)?, today)
}

/// The version of the request body: the one in `Content-Type`, or else the one that belongs to the response's version.
/// Plain JSON is accepted, and so is the default content type of curl's `-d`.
pub(crate) fn body_version(
    versions: &'static [Version],
    content_type: Option<&str>,
    response_version: Date,
    today: Date,
) -> Result<&'static Version, ErrorResponse> {
    let media_type = content_type.map(essence).unwrap_or_default().to_ascii_lowercase();
    let version = match media_type.as_str() {
        "" | "application/json" | "application/x-www-form-urlencoded" => {
            newest_until(versions, response_version)
        }
        vendor => vendor_date(vendor).and_then(|date| newest_until(versions, date)),
    };
    usable(version.ok_or_else(assumptions::unsupported_content_type)?, today)
}

/// Adds `Deprecation` if the version has a successor, and `Sunset` if it has an end.
pub(crate) fn add_age_headers(response: Response, version: &Version, versions: &[Version]) -> Response {
    let successor = versions.iter().find(|other| other.date > version.date);
    let response = match successor {
        Some(successor) => response.header(DEPRECATION, http_date(assumptions::deprecated_since(successor))),
        None => response,
    };
    match version.sunset {
        Some(sunset) => response.header(SUNSET, http_date(sunset)),
        None => response,
    }
}

fn usable(version: &'static Version, today: Date) -> Result<&'static Version, ErrorResponse> {
    match version.sunset {
        Some(sunset) if sunset <= today => {
            let detail = format!("Version {} of this resource was removed on {sunset}.", version.date);
            Err(ApiError::new(StatusCode::GONE, "VERSION_GONE", detail).into())
        }
        _ => Ok(version),
    }
}

fn invalid_version() -> ErrorResponse {
    let detail = "Invalid accept header or version date.";
    ApiError::new(StatusCode::NOT_ACCEPTABLE, "INVALID_VERSION_DATE", detail).parameters([]).into()
}

/// The date of the first media range that has one.
fn requested(accept: &str) -> Option<Date> {
    accept.split(',').find_map(|range| vendor_date(&essence(range).to_ascii_lowercase()))
}

/// The date of `application/vnd.atlas.<date>+json`.
fn vendor_date(media_type: &str) -> Option<Date> {
    media_type.strip_prefix("application/vnd.atlas.")?.strip_suffix("+json")?.parse().ok()
}

/// The media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

fn newest_until(versions: &'static [Version], date: Date) -> Option<&'static Version> {
    versions.iter().rev().find(|version| version.date <= date)
}

/// An HTTP date at midnight UTC. The day has no leading zero, as in recorded responses of the server.
fn http_date(date: Date) -> String {
    let [year, month, day] = [date.year().cast_signed(), i16::from(date.month()), i16::from(date.day())];
    // Month and day are at most 12 and 31.
    match jiff::civil::Date::new(year, month as i8, day as i8) {
        Ok(date) => date.strftime("%a, %-d %b %Y 00:00:00 GMT").to_string(),
        Err(_) => date.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use atlas_migration_sdk::{Operation, operations};

    use super::*;

    /// 2023-01-01 with sunset 2027-07-01, and 2024-05-30.
    fn two_versions() -> &'static Operation {
        operations::ALL.iter().find(|operation| operation.id == "createGroupLiveMigration").unwrap()
    }

    fn outcome(result: Result<&'static Version, ErrorResponse>) -> String {
        match result {
            Ok(version) => version.date.to_string(),
            Err(error) => Response::from(error).status.as_u16().to_string(),
        }
    }

    #[track_caller]
    fn check(accept: impl Into<Option<&'static str>>, today: &str, expected: &str) {
        let result = negotiate(two_versions().response_versions, accept.into(), today.parse().unwrap());
        assert_eq!(outcome(result), expected);
    }

    #[test]
    fn negotiates_the_newest_version_up_to_the_requested_date() {
        const BEFORE: &str = "2027-06-30";
        check("application/vnd.atlas.2023-01-01+json", BEFORE, "2023-01-01");
        check("application/vnd.atlas.2024-05-29+json", BEFORE, "2023-01-01");
        check("application/vnd.atlas.2024-05-30+json", BEFORE, "2024-05-30");
        check("application/vnd.atlas.2024-11-13+json", BEFORE, "2024-05-30");
        check("APPLICATION/VND.ATLAS.2024-11-13+JSON; q=1", BEFORE, "2024-05-30");
        check("text/html, application/vnd.atlas.2024-11-13+json, */*", BEFORE, "2024-05-30");
        check("application/vnd.atlas.2022-12-31+json", BEFORE, "406");
        check("application/vnd.atlas.2024-02-30+json", BEFORE, "406");
        check("application/vnd.atlas.2024-05-30+csv", BEFORE, "406");
        check("application/vnd.atlas.+json", BEFORE, "406");
        check("application/json", BEFORE, "406");
        check("*/*", BEFORE, "406");
        check("", BEFORE, "406");
        check(None, BEFORE, "406");
        check("application/vnd.atlas.2023-01-01+json", "2027-07-01", "410");
        check("application/vnd.atlas.2024-05-30+json", "2027-07-01", "2024-05-30");
    }

    #[test]
    fn body_version_is_that_of_the_content_type() {
        let today: Date = "2026-01-01".parse().unwrap();
        let newest = two_versions().newest_version().unwrap();
        for (content_type, expected) in [
            (None, "2024-05-30"),
            (Some("application/json; charset=utf-8"), "2024-05-30"),
            (Some("application/x-www-form-urlencoded"), "2024-05-30"),
            (Some("application/vnd.atlas.2023-01-01+json"), "2023-01-01"),
            (Some("application/vnd.atlas.2022-01-01+json"), "415"),
            (Some("text/plain"), "415"),
        ] {
            let result = body_version(two_versions().request_versions, content_type, newest, today);
            assert_eq!(outcome(result), expected, "{content_type:?}");
        }
    }

    #[test]
    fn age_headers_are_sunset_and_deprecation() {
        let versions = two_versions().response_versions;
        let header = |version: &Version, name: &str| {
            let response = add_age_headers(Response::empty(StatusCode::OK), version, versions);
            response.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(header(&versions[0], "sunset").as_deref(), Some("Thu, 1 Jul 2027 00:00:00 GMT"));
        assert_eq!(header(&versions[0], "deprecation").as_deref(), Some("Thu, 30 May 2024 00:00:00 GMT"));
        assert_eq!(header(&versions[1], "sunset"), None);
        assert_eq!(header(&versions[1], "deprecation"), None);
    }

    #[test]
    fn http_date_has_no_leading_zero() {
        for (date, expected) in
            [("2027-07-01", "Thu, 1 Jul 2027 00:00:00 GMT"), ("2024-05-30", "Thu, 30 May 2024 00:00:00 GMT")]
        {
            assert_eq!(http_date(date.parse().unwrap()), expected);
        }
    }
}
