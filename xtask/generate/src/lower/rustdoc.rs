//! Rewrites titles, descriptions and summaries for rustdoc.
//!
//! Descriptions in OpenAPI are Markdown. progenitor copies them into doc comments, where rustdoc runs fenced and
//! indented blocks as tests, interprets `[brackets]` as links to items and `<tags>` as HTML, and warns about bare URLs.
//! This pass marks fences as text, removes indentation, escapes brackets and tags, and converts URLs to links. It keeps
//! code in backticks, web links and escaped characters. The pass is idempotent.

use serde_json::Value;

use super::walk;

pub(super) fn run(document: &mut Value) {
    if let Some(info) = document.get_mut("info") {
        rewrite_prose(info);
    }
    for (_, item) in walk::entries_mut(document, "paths") {
        walk::elements_mut(item, "parameters").for_each(rewrite_prose);
    }
    for operation in walk::operations_mut(document) {
        rewrite_prose(operation);
        walk::elements_mut(operation, "parameters").for_each(rewrite_prose);
    }
    for (_, parameter) in walk::components_mut(document, "parameters").into_iter().flatten() {
        rewrite_prose(parameter);
    }
    walk::each_message(document, &mut rewrite_prose);
    walk::each_schema(document, &mut |_, schema| rewrite_prose(schema));
}

fn rewrite_prose(holder: &mut Value) {
    rewrite(holder, "title");
    rewrite(holder, "summary");
    rewrite(holder, "description");
}

fn rewrite(holder: &mut Value, key: &str) {
    if let Some(Value::String(text)) = holder.get_mut(key) {
        *text = safe(text);
    }
}

/// Escapes `text`, so that rustdoc treats it as prose.
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
    // An unclosed fence would include everything after this text.
    lines.extend(fence.map(str::to_owned));
    lines.join("\n")
}

/// The fence at the start of this line: three or more backticks or tildes.
fn fence_of(line: &str) -> Option<&str> {
    let first = line.chars().next().filter(|first| matches!(first, '`' | '~'))?;
    let (fence, info) = line.split_at(run_length(line, first));
    // "```x```" on one line is inline code.
    (fence.len() >= 3 && !info.contains(first)).then_some(fence)
}

/// The number of repetitions of `character`, which must be one byte long, at the start.
fn run_length(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}

/// Rewrites one line outside of a fence.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let (piece, length) = piece(rest, first, previous);
        out.push_str(&piece);
        let (consumed, remaining) = rest.split_at(length);
        previous = consumed.chars().next_back().unwrap_or(first);
        rest = remaining;
    }
    out
}

/// The output for the start of `rest`, and the number of bytes that it replaces.
fn piece(rest: &str, first: char, previous: char) -> (String, usize) {
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
        'h' if !previous.is_alphanumeric() => match bare_url(rest) {
            Some(length) => (format!("<{}>", &rest[..length]), length),
            None => verbatim(1),
        },
        other => verbatim(other.len_utf8()),
    }
}

/// The length of the code in backticks at the start; `None` if it does not end on this line.
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
    (is_url(inside) && !inside.contains([' ', '<'])).then_some(length)
}

/// The length of a `[text](https://…)` at the start.
fn web_link(text: &str) -> Option<usize> {
    let label = text.find(']')?;
    let target = text[label + 1..].strip_prefix('(')?;
    let end = target.find(')')?;
    (is_url(&target[..end]) && !target[..end].contains(' ')).then_some(label + 2 + end + 1)
}

/// The length of a URL at the start, without the punctuation of the surrounding sentence.
fn bare_url(text: &str) -> Option<usize> {
    let end = text.find(|c: char| c.is_whitespace() || "<>\"'`()[]".contains(c)).unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
    is_url(url).then_some(url.len())
}

fn is_url(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(safe(text), expected);
        assert_eq!(safe(expected), expected, "not idempotent");
    }

    #[test]
    fn prose_is_escaped() {
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
    fn code_blocks_are_not_tests() {
        check("    let x = 1;", "let x = 1;");
        check("before\n\n    indented [x]\nafter", "before\n\nindented \\[x\\]\nafter");
        check("```\nlet x: [u8];\n```", "```text\nlet x: [u8];\n```");
        check("```rust\nx\n```\n<b>", "```text\nx\n```\n\\<b>");
        check("~~~\n```\n~~~", "~~~text\n```\n~~~");
        check("````\n```\n````", "````text\n```\n````");
        check("```\nleft open", "```text\nleft open\n```");
    }
}
