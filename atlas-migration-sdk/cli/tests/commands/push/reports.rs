//! `report`, also in a browser.

use std::io::Write as _;
use std::process::Command;

use super::{Program, Push};

async fn report(push: &Push, more: &[&str]) -> crate::program::Run {
    let journal = push.journal_path();
    Program::new(&[&["report", journal.to_str().unwrap()], more].concat()).run().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_in_each_form() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--by", "Ada Lovelace"]).await.status, 0);
    let markdown = report(&push, &[]).await.succeeded();
    for part in [
        "# Migration from ",
        "| Outcome | complete |",
        "| Ada Lovelace |",
        "| cutover |",
        "Linked the source",
    ] {
        assert!(markdown.contains(part), "{part} is not in {markdown}");
    }
    for json in
        [report(&push, &["-o", "json"]).await.json(), report(&push, &["--format", "json"]).await.json()]
    {
        assert_eq!(json["summary"]["end"], "complete");
        assert_eq!(json["summary"]["stages"].as_array().unwrap().len(), 6);
        assert_eq!(json["runs"].as_array().unwrap().len(), 1);
    }
    let page = report(&push, &["--format", "html"]).await.succeeded();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Ada Lovelace"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forms_of_two_arguments_agree() {
    let push = Push::new().await;
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    for flags in [["--format", "html", "-o", "json"], ["--format", "json", "-o", "table"]] {
        let refused = report(&push, &flags).await.failed(2);
        assert!(refused.contains("contradict each other"), "{refused}");
    }
    report(&push, &["--format", "json", "-o", "json"]).await.json();
    // The setting is a default.
    let journal = push.journal_path();
    let page = Program::new(&["report", journal.to_str().unwrap(), "--format", "html"]);
    let page = page.env("MONGODB_ATLAS_OUTPUT", "json").run().await.succeeded();
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_is_cut_off_or_missing() {
    let push = Push::new().await;
    let missing = report(&push, &[]).await.failed(5);
    assert!(missing.contains("there is no journal") && missing.contains("plan.toml.journal"), "{missing}");
    std::fs::write(push.journal_path(), "").unwrap();
    let empty = report(&push, &[]).await.failed(2);
    assert!(empty.contains("it is empty or was cut off"), "{empty}");
    for text in [missing, empty] {
        assert!(!text.contains("resume"), "{text}");
    }
    assert_eq!(push.push_all(&["--cutover", "never"]).await.status, 0);
    push.edit_journal(|journal| format!("{journal}{{\"version\":"));
    let before = push.journal();
    let markdown = report(&push, &[]).await.succeeded();
    assert!(markdown.contains("| Outcome | not ended |") && markdown.contains("is incomplete"), "{markdown}");
    assert_eq!(push.journal(), before);
}

/// The browser, if one is installed.
fn browser() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let browser = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    if browser.is_none() {
        let required = std::env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
        assert!(!required, "Chromium is not installed, and ATLAS_REQUIRE_PEERS=1 requires it");
        // The test runner captures what `println!` writes.
        let _ = writeln!(std::io::stderr(), "skipped: Chromium is not installed");
    }
    browser
}

#[test]
fn a_browser_shows_the_page() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/report.html");
    let run = |flags: &[&str]| {
        let profile = format!("--user-data-dir={}", folder.path().display());
        let output = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", &profile])
            .args(flags)
            .arg(format!("file://{page}"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // What the parser of the browser made of the page: no element has come from a text.
    let dom = run(&["--dump-dom"]);
    for part in [
        "<h1>Migration from orders to orders-atlas</h1>",
        "<polyline class=\"curve\"",
        "&lt;script&gt;alert(1)",
    ] {
        assert!(dom.contains(part), "{part} is not in {dom}");
    }
    assert!(!dom.contains("<script") && !dom.contains("<img"), "{dom}");
    assert_eq!((dom.matches("<svg").count(), dom.matches("<table").count()), (2, 3), "{dom}");
    let pdf = folder.path().join("report.pdf");
    run(&[&format!("--print-to-pdf={}", pdf.display()), "--no-pdf-header-footer"]);
    assert!(std::fs::read(pdf).unwrap().starts_with(b"%PDF"));
}
