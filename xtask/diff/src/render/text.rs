//! The format for a terminal or a log: a few lines for each edit.

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style};
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::view::{Entry, FindingView, HeadlineView, Remark, VerdictView, View};
use crate::Level;

/// The number of operations to name; JSON lists all of them.
const MAX_OPERATIONS: usize = 3;

/// How to write text to a terminal. By default, lines are not wrapped and there is no color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terminal {
    /// The number of columns at which lines are wrapped. A longer word is not broken, so that it can be copied.
    pub width: Option<usize>,
    /// Whether to color levels and positions with ANSI escape sequences.
    pub color: bool,
}

impl Terminal {
    /// A terminal with this number of columns, if it is known, and with or without color.
    #[must_use]
    pub const fn new(width: Option<usize>, color: bool) -> Self {
        Self { width, color }
    }
}

pub(super) fn render(view: &View, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out, terminal };
    page.header(view)?;
    let digits = view.entries.len().to_string().len();
    for (number, entry) in view.entries.iter().enumerate() {
        let number = number + 1;
        page.entry(&format!("{number:<digits$}  "), digits + 4, entry)?;
    }
    view.remarks.iter().try_for_each(|remark| page.remark(remark))
}

struct Page<'a> {
    out: &'a mut dyn Write,
    terminal: Terminal,
}

impl Page<'_> {
    fn header(&mut self, view: &View) -> io::Result<()> {
        let View { file, versions, totals, .. } = view;
        self.line("", &format!("{file}   {versions}     {totals}"))?;
        let verdict = self.paint(style(view.http), &format!("{:<12}", view.verdict()));
        self.line(&format!("  over HTTP   {verdict}  "), &view.counts)?;
        match &view.headline {
            Some(HeadlineView { subject, verdict: Ok((verdict, detail)) }) => {
                self.line(&format!("  {subject:<10}  {verdict:<12}  "), &detail.to_string())
            }
            Some(HeadlineView { subject, verdict: Err(reason) }) => {
                self.line(&format!("  {subject:<10}  "), &format!("not reviewed: {reason}"))
            }
            None => Ok(()),
        }
    }

    /// `indent` is the column of the lines below the title.
    fn entry(&mut self, start: &str, indent: usize, entry: &Entry) -> io::Result<()> {
        let position = self.paint(Style::new().effects(Effects::DIMMED), &entry.position.text.to_string());
        self.line(start, &format!("{}  {position}", entry.title))?;
        let indented = " ".repeat(indent);
        entry.findings.iter().try_for_each(|finding| self.finding(&indented, finding))?;
        if entry.is_unused {
            let level = self.level(Level::None);
            self.line(&format!("{indented}http  {level}  "), "no operation uses it")?;
        }
        for inner in &entry.within {
            self.entry(&format!("{indented}· "), indent + 4, inner)?;
        }
        entry.extension.iter().try_for_each(|verdict| self.verdict(&indented, verdict))
    }

    fn finding(&mut self, indented: &str, finding: &FindingView) -> io::Result<()> {
        let reached = finding.reached(MAX_OPERATIONS);
        let gap = if reached.is_empty() { "" } else { "  " };
        let level = self.level(finding.level);
        self.line(&format!("{indented}http  {level}  "), &format!("{reached}{gap}{}", finding.rule))?;
        match &finding.acknowledged {
            Some(reason) => self.line(&format!("{indented}      "), &reason.to_string()),
            None => Ok(()),
        }
    }

    fn verdict(&mut self, indented: &str, verdict: &VerdictView) -> io::Result<()> {
        let subject = verdict.label.to_lowercase();
        let mut name = self.paint(style(verdict.rank), &format!("{:<9}", verdict.name));
        if verdict.statements.is_empty() {
            self.line(&format!("{indented}{subject:<4}  "), &name)?;
        }
        for (text, rule) in &verdict.statements {
            self.line(&format!("{indented}{subject:<4}  {name}  "), &format!("{text}  {rule}"))?;
            name = " ".repeat(9);
        }
        for (text, rule) in &verdict.at_run_time {
            self.line(&format!("{indented}run{:14}", ""), &format!("{text}  {rule}"))?;
        }
        Ok(())
    }

    fn remark(&mut self, remark: &Remark) -> io::Result<()> {
        let label = self.paint(style(remark.rank), remark.label);
        let position = remark.position.iter().map(|position| format!("  {}", position.text));
        self.line(&format!("{label}  "), &format!("{}{}", remark.text, position.collect::<String>()))
    }

    fn level(&self, level: Level) -> String {
        self.paint(style(level), &format!("{:<9}", level.name()))
    }

    fn paint(&self, style: Style, text: &str) -> String {
        match self.terminal.color {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }

    /// Writes one line. If it is wrapped, the text continues below its start.
    fn line(&mut self, start: &str, text: &str) -> io::Result<()> {
        let Some(width) = self.terminal.width else {
            return writeln!(self.out, "{}", format!("{start}{text}").trim_end());
        };
        // Most of a narrow terminal is for the text.
        let indent = " ".repeat(display_width(start).clamp(2, (width / 3).max(2)));
        let options = Options::new(width)
            .initial_indent(start)
            .subsequent_indent(&indent)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(false);
        let mut lines = textwrap::wrap(text, options).into_iter();
        lines.try_for_each(|line| writeln!(self.out, "{}", line.trim_end()))
    }
}

fn style(level: Level) -> Style {
    match level {
        Level::Breaking => AnsiColor::Red.on_default().bold(),
        Level::Risky => AnsiColor::Yellow.on_default(),
        Level::Additive => AnsiColor::Green.on_default(),
        Level::None => Style::new().effects(Effects::DIMMED),
    }
}
