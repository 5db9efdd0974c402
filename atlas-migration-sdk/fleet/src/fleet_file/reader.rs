//! Reads the tables of a fleet file, and collects every problem with its line.
//!
//! A deserializer would stop at the first problem, and its messages repeat the invalid value. Here, no message repeats a
//! value or an unknown name: it may be a password in the wrong place, and the line shows it.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::names::nearest;

/// A value of the file.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// Something in a fleet file that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) line: usize,
    pub(crate) message: String,
}

/// The problems that were found so far.
pub(super) struct Problems<'a> {
    text: &'a str,
    found: RefCell<Vec<Problem>>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, found: RefCell::default() }
    }

    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
    }

    /// The text at this place.
    pub(super) fn text(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    pub(super) fn add(&self, span: &Range<usize>, message: impl Display) {
        let problem = Problem { line: self.line(span), message: message.to_string() };
        self.found.borrow_mut().push(problem);
    }

    /// The problems in the order of the file.
    pub(super) fn into_sorted(self) -> Vec<Problem> {
        let mut found = self.found.into_inner();
        found.sort();
        found.dedup();
        found
    }
}

/// A table of the file.
pub(super) struct Section<'a> {
    pub(super) problems: &'a Problems<'a>,
    /// The name of the table; empty for the file.
    path: String,
    table: &'a DeTable<'a>,
    /// Where it begins.
    pub(super) span: Range<usize>,
    /// The fields that were looked for.
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        problems: &'a Problems<'a>,
        path: String,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self { problems, path, table, span, known: Vec::new() }
    }

    /// The field as messages name it.
    pub(super) fn field(&self, name: &str) -> String {
        if self.path.is_empty() { format!("`{name}`") } else { format!("`{}.{name}`", self.path) }
    }

    pub(super) fn value(&mut self, name: &'static str) -> Option<&'a Value<'a>> {
        self.known.push(name);
        self.table.get(name)
    }

    /// Adds a problem unless the field is there.
    pub(super) fn require(&mut self, name: &'static str, what: &str) {
        self.known.push(name);
        if !self.table.contains_key(name) {
            self.problems.add(&self.span, format_args!("{} is missing: {what}", self.field(name)));
        }
    }

    /// A field that `read` accepts.
    fn typed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let value = self.value(name)?;
        let typed = read(value.get_ref());
        if typed.is_none() {
            self.problems.add(&value.span(), format_args!("{} must be {expected}", self.field(name)));
        }
        Some(Spanned::new(value.span(), typed?))
    }

    pub(super) fn string(&mut self, name: &'static str) -> Option<Spanned<&'a str>> {
        let text = self.typed(name, "a string", DeValue::as_str)?;
        if text.get_ref().trim().is_empty() {
            self.problems.add(&text.span(), format_args!("{} is empty", self.field(name)));
            return None;
        }
        Some(text)
    }

    pub(super) fn boolean(&mut self, name: &'static str) -> Option<Spanned<bool>> {
        self.typed(name, "true or false", DeValue::as_bool)
    }

    pub(super) fn number(&mut self, name: &'static str) -> Option<Spanned<f64>> {
        self.typed(name, "a number", |value| match value {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        })
    }

    /// A string that `parse` accepts.
    pub(super) fn parsed<T, E: Display>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<Spanned<T>> {
        let text = self.string(name)?;
        match parse(text.get_ref()) {
            Ok(value) => Some(Spanned::new(text.span(), value)),
            Err(error) => {
                self.problems.add(&text.span(), format_args!("{}: {error}", self.field(name)));
                None
            }
        }
    }

    /// A duration within these limits.
    pub(super) fn duration(
        &mut self,
        name: &'static str,
        (least, most): (Duration, Duration),
    ) -> Option<Duration> {
        let within = |duration: &Duration| (least..=most).contains(duration);
        let parse =
            |text: &str| humantime::parse_duration(text).ok().filter(within).ok_or("not such a duration");
        let value = self.value(name)?;
        let duration = value.get_ref().as_str().and_then(|text| parse(text).ok());
        if duration.is_none() {
            let (least, most) = (humantime::format_duration(least), humantime::format_duration(most));
            let message = format_args!(
                "{} must be a duration from {least} to {most}, such as \"90s\" or \"1h\"",
                self.field(name)
            );
            self.problems.add(&value.span(), message);
        }
        duration
    }

    /// A list of strings, without those that are none.
    pub(super) fn strings(&mut self, name: &'static str) -> Option<Vec<Spanned<&'a str>>> {
        let items = self.typed(name, "a list of strings", DeValue::as_array)?;
        if items.get_ref().is_empty() {
            let message = format_args!("{} is empty: add an entry, or remove it", self.field(name));
            self.problems.add(&items.span(), message);
        }
        let mut strings = Vec::new();
        for item in items.get_ref().iter() {
            match item.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
                Some(text) => strings.push(Spanned::new(item.span(), text)),
                None => {
                    let message = format_args!("an entry of {} must be a string", self.field(name));
                    self.problems.add(&item.span(), message);
                }
            }
        }
        Some(strings)
    }

    pub(super) fn table(&mut self, name: &'static str) -> Option<Self> {
        let table = self.typed(name, "a table", DeValue::as_table)?;
        Some(Self::new(self.problems, self.path_of(name), table.get_ref(), table.span()))
    }

    /// The tables of a list, such as `[[windows]]`.
    pub(super) fn tables(&mut self, name: &'static str) -> Vec<Self> {
        let Some(items) = self.typed(name, &format!("a list of tables, `[[{name}]]`"), DeValue::as_array)
        else {
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (index, item) in items.get_ref().iter().enumerate() {
            let path = format!("{}[{index}]", self.path_of(name));
            match item.get_ref().as_table() {
                Some(table) => tables.push(Self::new(self.problems, path, table, item.span())),
                None => self.problems.add(&item.span(), format_args!("`{path}` must be a table")),
            }
        }
        tables
    }

    /// The fields of a table whose names are chosen by the user, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(Spanned<&'a str>, &'a Value<'a>)> {
        let entries = self.table.iter();
        let mut entries: Vec<_> =
            entries.map(|(key, value)| (Spanned::new(key.span(), key.get_ref().as_ref()), value)).collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Adds a problem for each field that was not looked for.
    pub(super) fn finish(mut self) {
        self.known.sort_unstable();
        self.known.dedup();
        let place =
            if self.path.is_empty() { "the fleet file".to_owned() } else { format!("`{}`", self.path) };
        for (key, _) in self.entries() {
            if !self.known.contains(key.get_ref()) {
                self.problems.add(&key.span(), unknown_field(&place, key.get_ref(), &self.known));
            }
        }
    }
}

/// The message about an unknown field.
pub(super) fn unknown_field(place: &str, name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("{place} has no such field; did you mean `{near}`?"),
        None => format!("{place} has no such field; it has `{}`", known.join("`, `")),
    }
}
