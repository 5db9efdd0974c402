//! The format for programs. Characters that are not printable are escaped, so that a terminal can show it too.

use std::io::{self, Write};

use openapi_fragment::is_printable;
use serde::Serialize;

pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(value)?;
    // Outside of strings, JSON has no other character than these.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n') && byte != b'#';
    let mut rest = json.as_str();
    while let Some(start) = rest.bytes().position(|byte| !is_plain(byte)) {
        out.write_all(&rest.as_bytes()[..start])?;
        rest = &rest[start..];
        let mut characters = rest.chars();
        let Some(character) = characters.next() else { break };
        // `##[` would be a workflow command in a log of GitHub Actions.
        match is_printable(character) && !rest.starts_with("##[") {
            true => write!(out, "{character}")?,
            false => escape(character, out)?,
        }
        rest = characters.as_str();
    }
    writeln!(out, "{rest}")
}

fn escape(character: char, out: &mut dyn Write) -> io::Result<()> {
    character.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}
