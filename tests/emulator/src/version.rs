//! Versions: which one a request names, which one serves it, and what the reply says of its age.

use atlas_migration_sdk::{Date, Version};
use hyper::StatusCode;
use hyper::header::HeaderName;

use crate::clock::http_date;
use crate::error_body::ApiError;
use crate::reply::{Refusal, Reply};
use crate::unknown;

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// The version that serves a request with this `Accept` header: the newest that is not after the date it names.
pub(crate) fn negotiate(
    versions: &'static [Version],
    accept: Option<&str>,
    today: Date,
) -> Result<&'static Version, Refusal> {
    let version = accept.and_then(requested).and_then(|date| newest_until(versions, date));
    usable(version.ok_or_else(invalid)?, today)
}

/// The version of the request body: the one that `Content-Type` names, else the one that goes with the reply's.
/// Plain JSON is taken, and so is what curl's `-d` says of its own accord.
pub(crate) fn of_body(
    versions: &'static [Version],
    content_type: Option<&str>,
    reply: Date,
    today: Date,
) -> Result<&'static Version, Refusal> {
    let media_type = content_type.map(essence).unwrap_or_default().to_ascii_lowercase();
    let version = match media_type.as_str() {
        "" | "application/json" | "application/x-www-form-urlencoded" => newest_until(versions, reply),
        vendor => vendor_date(vendor).and_then(|date| newest_until(versions, date)),
    };
    usable(version.ok_or_else(unknown::bad_content_type)?, today)
}

/// The reply with `Deprecation` and `Sunset`, where the version has a successor or an end.
pub(crate) fn age_headers(reply: Reply, version: &Version, versions: &[Version]) -> Reply {
    let successor = versions.iter().find(|other| other.date > version.date);
    let reply = match successor {
        Some(successor) => reply.header(DEPRECATION, http_date(unknown::deprecated_since(successor))),
        None => reply,
    };
    match version.sunset {
        Some(sunset) => reply.header(SUNSET, http_date(sunset)),
        None => reply,
    }
}

fn usable(version: &'static Version, today: Date) -> Result<&'static Version, Refusal> {
    match version.sunset {
        Some(sunset) if sunset <= today => {
            let detail = format!("Version {} of this resource was removed on {sunset}.", version.date);
            Err(ApiError::new(StatusCode::GONE, "VERSION_GONE", detail).into())
        }
        _ => Ok(version),
    }
}

fn invalid() -> Refusal {
    let detail = "Invalid accept header or version date.";
    ApiError::new(StatusCode::NOT_ACCEPTABLE, "INVALID_VERSION_DATE", detail).into()
}

/// The date in the first media range that names one.
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

#[cfg(test)]
mod tests {
    use atlas_migration_sdk::{Operation, operations};

    use super::*;

    /// 2023-01-01 with sunset 2027-07-01, and 2024-05-30.
    fn two_versions() -> &'static Operation {
        operations::ALL.iter().find(|operation| operation.id == "createGroupLiveMigration").unwrap()
    }

    fn outcome(result: Result<&'static Version, Refusal>) -> String {
        match result {
            Ok(version) => version.date.to_string(),
            Err(refusal) => Reply::from(refusal).status.as_u16().to_string(),
        }
    }

    #[track_caller]
    fn check(accept: impl Into<Option<&'static str>>, today: &str, expected: &str) {
        let result = negotiate(two_versions().response_versions, accept.into(), today.parse().unwrap());
        assert_eq!(outcome(result), expected);
    }

    #[test]
    fn negotiates() {
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
    fn finds_the_version_of_a_body() {
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
            let result = of_body(two_versions().request_versions, content_type, newest, today);
            assert_eq!(outcome(result), expected, "{content_type:?}");
        }
    }

    #[test]
    fn tells_the_age() {
        let versions = two_versions().response_versions;
        let header = |version: &Version, name: &str| {
            let reply = age_headers(Reply::empty(StatusCode::OK), version, versions);
            reply.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(header(&versions[0], "sunset").as_deref(), Some("Thu, 1 Jul 2027 00:00:00 GMT"));
        assert_eq!(header(&versions[0], "deprecation").as_deref(), Some("Thu, 30 May 2024 00:00:00 GMT"));
        assert_eq!(header(&versions[1], "sunset"), None);
        assert_eq!(header(&versions[1], "deprecation"), None);
    }
}
