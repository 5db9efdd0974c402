//! Organizations: one page, and the stream over all pages.

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::ErrorKind;
use futures_util::TryStreamExt as _;

use crate::common::{EACH_CREDENTIAL, api_requests, bearer, client};

#[tokio::test]
async fn stream_reads_every_page_once() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::builder().organizations(7).start().await.unwrap();
        let stream = client(&emulator, kind).organizations().page_size(3).stream();
        let organizations: Vec<_> = stream.try_collect().await.unwrap();
        let mut ids: Vec<_> = organizations.iter().map(|organization| organization.id.unwrap()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 7, "{kind:?}");
        let pages = emulator
            .requests()
            .iter()
            .filter(|request| request.status == 200 && request.operation.is_some())
            .count();
        assert_eq!(pages, 3, "{kind:?}");
    }
}

#[tokio::test]
async fn all_pages_are_read_without_a_stream() {
    let emulator = Emulator::builder().organizations(7).start().await.unwrap();
    let client = bearer(&emulator);
    assert_eq!(client.organizations().page_size(3).all().await.unwrap().len(), 7);
    assert_eq!(api_requests(&emulator), 3);
    assert!(!client.projects().all().await.unwrap().is_empty());
    emulator.override_next(CannedResponse::new(500).skip(1));
    let error = client.organizations().page_size(3).all().await.unwrap_err();
    assert_eq!(error.status(), Some(500));
}

#[tokio::test]
async fn there_is_no_page_zero() {
    let emulator = Emulator::start().await.unwrap();
    let error = bearer(&emulator).organizations().page(0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.to_string(), "listOrgs failed: there is no page 0: the first page has the number 1");
    assert_eq!(api_requests(&emulator), 0);
}

#[tokio::test]
async fn full_last_page_needs_no_further_request() {
    let emulator = Emulator::builder().organizations(6).start().await.unwrap();
    let stream = bearer(&emulator).organizations().page_size(3).stream();
    assert_eq!(stream.try_collect::<Vec<_>>().await.unwrap().len(), 6);
    assert_eq!(api_requests(&emulator), 2);
}

#[tokio::test]
async fn single_page_with_a_name() {
    let emulator = Emulator::builder().organizations(4).start().await.unwrap();
    let organizations = bearer(&emulator).organizations().page_size(2);
    let page = organizations.page(2).await.unwrap();
    assert_eq!((page.results.len(), page.total_count), (2, Some(4)));
    let name = page.results[0].name.clone();
    let found = organizations.name_starts_with(name.to_uppercase()).page(1).await.unwrap();
    assert!(found.results.iter().any(|organization| organization.name == name));
    let target = emulator.requests().last().unwrap().target.clone();
    assert!(
        target.contains("name=") && target.contains("itemsPerPage=2") && target.contains("pageNum=1"),
        "{target}"
    );
}

#[tokio::test]
async fn stream_ends_with_the_error() {
    let emulator = Emulator::builder().organizations(4).start().await.unwrap();
    emulator.override_next(CannedResponse::new(500).skip(1));
    let mut stream = std::pin::pin!(bearer(&emulator).organizations().page_size(2).stream());
    assert!(stream.try_next().await.unwrap().is_some());
    assert!(stream.try_next().await.unwrap().is_some());
    let error = stream.try_next().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::ForeignResponse, Some(500)));
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn smaller_pages_than_requested_are_read_to_the_end() {
    let emulator = Emulator::start().await.unwrap();
    let version = "application/vnd.atlas.2023-01-01+json";
    let this = r#""links":[{"rel":"self","href":"x"}]"#;
    for body in [
        format!(r#"{{"results":[{{"name":"a"}}],"totalCount":2,{this}}}"#),
        format!(r#"{{"results":[{{"name":"b"}}],"totalCount":2,{this}}}"#),
    ] {
        emulator.override_next(CannedResponse::new(200).header("Content-Type", version).body(body));
    }
    let organizations: Vec<_> = bearer(&emulator).organizations().stream().try_collect().await.unwrap();
    assert_eq!((organizations.len(), emulator.requests().len()), (2, 2));
}

#[tokio::test]
async fn short_page_without_links_and_count_is_the_last() {
    let emulator = Emulator::start().await.unwrap();
    let version = "application/vnd.atlas.2023-01-01+json";
    for body in [r#"{"results":[{"name":"a"},{"name":"b"}]}"#, r#"{"results":[{"name":"c"}],"links":null}"#] {
        emulator.override_next(CannedResponse::new(200).header("Content-Type", version).body(body));
    }
    let stream = bearer(&emulator).organizations().page_size(2).stream();
    let names: Vec<_> = stream.map_ok(|organization| organization.name).try_collect().await.unwrap();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(emulator.requests().len(), 2);
}

#[tokio::test]
async fn empty_page_is_the_last_even_with_a_link_to_another() {
    let emulator = Emulator::start().await.unwrap();
    emulator.override_next(page(r#"{"results":[{"name":"a"}],"links":[{"rel":"next","href":"x"}]}"#));
    for rest in ["", r#","totalCount":7"#] {
        emulator
            .override_next(page(&format!(r#"{{"results":[],"links":[{{"rel":"next","href":"x"}}]{rest}}}"#)));
    }
    let organizations = bearer(&emulator).organizations();
    assert_eq!(organizations.clone().all().await.unwrap().len(), 1);
    assert_eq!(organizations.all().await.unwrap().len(), 0);
    assert_eq!(emulator.requests().len(), 3);
}

/// A server, or a gateway in front of it, that always returns the first page.
#[tokio::test]
async fn ignored_page_number_is_an_error_instead_of_an_endless_list() {
    let three = r#"[{"name":"a"},{"name":"b"},{"name":"c"}]"#;
    let one = r#"[{"name":"a"}]"#;
    let next = r#"[{"rel":"next","href":"x"}]"#;
    for (results, rest, read) in [
        (three, format!(r#","totalCount":7,"links":{next}"#), 3),
        (three, format!(r#","links":{next}"#), 3),
        (three, String::new(), 3),
        // The second page would complete the total count.
        (three, r#","totalCount":6"#.to_owned(), 3),
        (one, r#","totalCount":2"#.to_owned(), 1),
    ] {
        let emulator = Emulator::start().await.unwrap();
        for number in 1..=50 {
            // The number of the page in a link is no sign that the server heeds it.
            let body = format!(r#"{{"self":{number},"results":{results}{rest}}}"#);
            emulator.override_next(page(&body));
        }
        let mut stream = std::pin::pin!(bearer(&emulator).organizations().page_size(3).stream());
        for _ in 0..read {
            stream.try_next().await.unwrap().unwrap();
        }
        let error = stream.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        let text = error.to_string();
        assert!(text.starts_with("listOrgs failed: page 2 has the same items as an earlier page"), "{text}");
        assert!(text.contains("ignores the query parameter `pageNum`"), "{text}");
        assert!(text.ends_with(&format!("cannot be read beyond {read} items")), "{text}");
        assert!(stream.try_next().await.unwrap().is_none());
        assert_eq!(emulator.requests().len(), 2);
    }
}

#[tokio::test]
async fn cycle_of_pages_is_an_error() {
    let emulator = Emulator::start().await.unwrap();
    for name in ["a", "b", "a", "b"] {
        emulator.override_next(page(&format!(
            r#"{{"results":[{{"name":"{name}"}}],"links":[{{"rel":"next","href":"x"}}]}}"#
        )));
    }
    let mut stream = std::pin::pin!(bearer(&emulator).organizations().stream());
    assert!(stream.try_next().await.unwrap().is_some() && stream.try_next().await.unwrap().is_some());
    assert_eq!(stream.try_next().await.unwrap_err().kind(), ErrorKind::InvalidResponse);
}

#[tokio::test]
async fn total_count_limits_the_number_of_pages() {
    let emulator = Emulator::start().await.unwrap();
    for number in 1..=50 {
        emulator.override_next(page(&format!(
            r#"{{"results":[{{"name":"{number}"}}],"totalCount":3,"links":[{{"rel":"next","href":"x"}}]}}"#
        )));
    }
    let stream = bearer(&emulator).organizations().page_size(1).stream();
    assert_eq!(stream.try_collect::<Vec<_>>().await.unwrap().len(), 3);
    assert_eq!(emulator.requests().len(), 3);
}

fn page(body: &str) -> CannedResponse {
    CannedResponse::new(200).header("Content-Type", "application/vnd.atlas.2023-01-01+json").body(body)
}
