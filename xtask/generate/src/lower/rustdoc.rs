//! Titles, descriptions and summaries become text that rustdoc takes as it is meant.
//!
//! OpenAPI's descriptions are Markdown for people; progenitor copies them into doc comments, where rustdoc
//! runs a fenced or indented block as a test, reads `[brackets]` as links to items and `<tags>` as HTML, and
//! warns of bare addresses. So fences are marked as text, indentation goes, brackets and tags are escaped,
//! and addresses become links. Code in backticks, web links and what is escaped already stay. Doing it twice
//! does nothing more.

use serde_json::Value;

use super::walk;

pub(super) fn run(document: &mut Value) {
    if let Some(info) = document.get_mut("info") {
        texts(info);
    }
    for (_, item) in walk::entries_mut(document, "paths") {
        walk::elements_mut(item, "parameters").for_each(texts);
    }
    for operation in walk::operations_mut(document) {
        texts(operation);
        walk::elements_mut(operation, "parameters").for_each(texts);
    }
    for (_, parameter) in walk::components_mut(document, "parameters").into_iter().flatten() {
        texts(parameter);
    }
    walk::each_message(document, &mut texts);
    walk::each_schema(document, &mut |_, schema| texts(schema));
}

fn texts(holder: &mut Value) {
    rewrite(holder, "title");
    rewrite(holder, "summary");
    rewrite(holder, "description");
}

fn rewrite(holder: &mut Value, key: &str) {
    if let Some(Value::String(text)) = holder.get_mut(key) {
        *text = safe(text);
    }
}

/// `text` so that rustdoc reads it as prose.
pub fn safe(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    for line in text.trim().lines() {
        let trimmed = line.trim();
        match (fence, fence_of(trimmed)) {
            (None, Some(opening)) => {
                fence = Some(opening);
                lines.push(format!("{opening}text"));
            }
            (None, None) => lines.push(inline(trimmed)),
            (Some(opening), Some(closing)) if closing.starts_with(opening) && closing == trimmed => {
                fence = None;
                lines.push(opening.to_owned());
            }
            (Some(_), _) => lines.push(line.trim_end().to_owned()),
        }
    }
    // A fence that stays open would swallow what is written after this text.
    lines.extend(fence.map(str::to_owned));
    lines.join("\n")
}

/// The fence that begins this line: three or more backticks or tildes.
fn fence_of(line: &str) -> Option<&str> {
    let first = line.chars().next().filter(|first| matches!(first, '`' | '~'))?;
    let (fence, info) = line.split_at(run_length(line, first));
    // "```x```" on one line is code in a sentence.
    (fence.len() >= 3 && !info.contains(first)).then_some(fence)
}

/// How many times `character`, which takes one byte, stands at the start.
fn run_length(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}

/// One line outside a fence.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let (piece, length) = piece(rest, first, before);
        out.push_str(&piece);
        let (taken, left) = rest.split_at(length);
        before = taken.chars().next_back().unwrap_or(first);
        rest = left;
    }
    out
}

/// What to write for the start of `rest`, and how many bytes of it that covers.
fn piece(rest: &str, first: char, before: char) -> (String, usize) {
    let verbatim = |length: usize| (rest[..length].to_owned(), length);
    match first {
        '\\' => verbatim(1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
        '`' => match code_span(rest) {
            Some(length) => verbatim(length),
            None => ("\\`".to_owned(), 1),
        },
        '<' => match auto_link(rest) {
            Some(length) => verbatim(length),
            None => ("\\<".to_owned(), 1),
        },
        '[' => match web_link(rest) {
            Some(length) => verbatim(length),
            None => ("\\[".to_owned(), 1),
        },
        ']' => ("\\]".to_owned(), 1),
        'h' if !before.is_alphanumeric() => match address(rest) {
            Some(length) => (format!("<{}>", &rest[..length]), length),
            None => verbatim(1),
        },
        other => verbatim(other.len_utf8()),
    }
}

/// The length of the code in backticks at the start, where it ends on this line.
fn code_span(text: &str) -> Option<usize> {
    let ticks = run_length(text, '`');
    let mut at = ticks;
    while let Some(next) = text[at..].find('`') {
        let start = at + next;
        at = start + run_length(&text[start..], '`');
        if at - start == ticks {
            return Some(at);
        }
    }
    None
}

/// The length of a `<https://…>` at the start.
fn auto_link(text: &str) -> Option<usize> {
    let length = text.find('>')? + 1;
    let inside = &text[1..length - 1];
    (is_address(inside) && !inside.contains([' ', '<'])).then_some(length)
}

/// The length of a `[text](https://…)` at the start.
fn web_link(text: &str) -> Option<usize> {
    let label = text.find(']')?;
    let target = text[label + 1..].strip_prefix('(')?;
    let end = target.find(')')?;
    (is_address(&target[..end]) && !target[..end].contains(' ')).then_some(label + 2 + end + 1)
}

/// The length of a web address at the start, without the punctuation of the sentence around it.
fn address(text: &str) -> Option<usize> {
    let end = text.find(|c: char| c.is_whitespace() || "<>\"'`()[]".contains(c)).unwrap_or(text.len());
    let address = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
    is_address(address).then_some(address.len())
}

fn is_address(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(safe(text), expected);
        assert_eq!(safe(expected), expected, "a second time");
    }

    #[test]
    fn prose_is_made_safe() {
        check("Plain `code[0]` and ``a ` b``.", "Plain `code[0]` and ``a ` b``.");
        check("`results[]` and results[]", "`results[]` and results\\[\\]");
        check("A Vec<T> or a <br>", "A Vec\\<T> or a \\<br>");
        check("see https://example.com/a?b=c.", "see <https://example.com/a?b=c>.");
        check("(https://example.com)", "(<https://example.com>)");
        check("<https://example.com>", "<https://example.com>");
        check("[the page](https://example.com/x)", "[the page](https://example.com/x)");
        check("[an item](Vec)", "\\[an item\\](Vec)");
        check("an odd ` tick", "an odd \\` tick");
        check("http and https:// alone", "http and https:// alone");
        check("already \\[escaped\\] \\", "already \\[escaped\\] \\");
        check("ünïcode [ß] häßlich", "ünïcode \\[ß\\] häßlich");
    }

    #[test]
    fn blocks_are_no_tests() {
        check("    let x = 1;", "let x = 1;");
        check("before\n\n    indented [x]\nafter", "before\n\nindented \\[x\\]\nafter");
        check("```\nlet x: [u8];\n```", "```text\nlet x: [u8];\n```");
        check("```rust\nx\n```\n<b>", "```text\nx\n```\n\\<b>");
        check("~~~\n```\n~~~", "~~~text\n```\n~~~");
        check("````\n```\n````", "````text\n```\n````");
        check("```\nleft open", "```text\nleft open\n```");
    }
}
