//! Organizations: one page, and the stream over all pages.

use std::num::NonZeroU32;

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
    let page = organizations.page(NonZeroU32::new(2).unwrap()).await.unwrap();
    assert_eq!((page.results.len(), page.total_count), (2, Some(4)));
    let name = page.results[0].name.clone();
    let found = organizations.name_starts_with(name.to_uppercase()).page(NonZeroU32::MIN).await.unwrap();
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
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(500)));
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
