//! The report as one HTML page, without scripts and without anything from elsewhere. `maud` escapes every text.

use atlas_migration_sdk::flow::Summary;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Report, chart, markdown, result, time};
use crate::output::progress::duration;

const STYLE: &str = include_str!("style.css");

/// The report as an HTML page.
pub(crate) fn html(report: &Report) -> String {
    let (outcome, _) = report.outcome();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Even if a text got into the page as markup, it could load and run nothing.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (report.title()) ": " (outcome) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (report.title()) }
                    p { span class={ "outcome " (outcome.replace(' ', "-")) } { (outcome) } " All times are in UTC." }
                }
                main {
                    dl { @for (name, value) in report.facts() { dt { (name) } dd { (value) } } }
                    (stages(report))
                    (lag(report))
                    (questions(report))
                    (log(report))
                }
                @if report.cut_off {
                    footer { "The last line of the journal is incomplete, and is not part of this report." }
                }
            }
        }
    }
    .into_string()
}

fn stages(report: &Report) -> Markup {
    let Summary { stages, last_event_at, .. } = &report.summary;
    html! {
        section {
            h2 { "Stages" }
            (chart::stages(&report.summary))
            table {
                thead { tr { @for name in ["Stage", "Began", "Ended", "Duration", "Result", "By"] { th { (name) } } } }
                tbody {
                    @for stage in stages {
                        tr {
                            td { (stage.name) }
                            td.time { (time(stage.began)) }
                            td.time { (stage.ended.map(time).unwrap_or_default()) }
                            td.time {
                                (duration(stage.ended.unwrap_or(*last_event_at).saturating_duration_since(stage.began)))
                            }
                            td { (result(stage.result)) }
                            td { (stage.by) }
                        }
                    }
                }
            }
        }
    }
}

fn lag(report: &Report) -> Markup {
    html! {
        @if !report.summary.lag.is_empty() {
            section.drawing {
                h2 { "Lag of the destination" }
                (chart::lag(&report.summary))
            }
        }
    }
}

fn questions(report: &Report) -> Markup {
    html! {
        @if !report.summary.questions.is_empty() {
            section {
                h2 { "Questions" }
                table {
                    thead { tr { @for name in ["Asked", "Question", "Answer", "By"] { th { (name) } } } }
                    tbody {
                        @for [asked, question, answer, by] in report.summary.questions.iter().map(markdown::question) {
                            tr { td.time { (asked) } td.text { (question) } td.text { (answer) } td { (by) } }
                        }
                    }
                }
            }
        }
    }
}

fn log(report: &Report) -> Markup {
    html! {
        section {
            h2 { "What happened" }
            table {
                thead { tr { th { "Time" } th { "Event" } th { "By" } } }
                tbody {
                    @for entry in &report.log {
                        tr { td.time { (time(entry.at)) } td.text { (entry.text) } td { (entry.by) } }
                    }
                }
            }
        }
    }
}
