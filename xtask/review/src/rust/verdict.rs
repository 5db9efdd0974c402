//! The types of the result: the effect of edits on the Rust API.

use std::fmt;

use schemars::JsonSchema;
use semver::Version;
use serde::Serialize;

/// The effect of all edits on the Rust API.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "RustSummary")]
pub struct RustReport {
    /// The highest bump of all changes.
    pub bump: Bump,
    /// Whether version and changelog match the bump, if the versions are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// Items that differ although no edit explains them.
    pub unattributed: Vec<Signature>,
    /// One verdict for each edit, in the order of the edits. In a report of `openapi_diff`, the edits have them.
    #[serde(skip)]
    pub verdicts: Vec<RustVerdict>,
}

/// The effect of one edit on the Rust API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RustVerdict {
    /// The highest bump of `signatures`.
    pub bump: Bump,
    /// The public items that differ because of the edit.
    pub signatures: Vec<Signature>,
    /// The changes that only show at run time.
    pub runtime: Vec<Notice>,
    /// The work for the maintainer of the wrapper. Users see none of it, so it never raises the bump.
    pub wrapper: Vec<Notice>,
}

/// An effect that no signature shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Notice {
    /// The rule's id, for `--explain`.
    pub rule: &'static str,
    /// One sentence.
    pub text: String,
}

impl From<Signature> for Notice {
    fn from(Signature { rule, item: text, .. }: Signature) -> Self {
        Self { rule, text }
    }
}

/// A public item before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Signature {
    /// The rule's id, for `--explain`.
    pub rule: &'static str,
    /// The path of the item for a user of the SDK, such as `Migration::status`.
    pub item: String,
    /// The bump that the change requires.
    pub bump: Bump,
    /// The signature in the base.
    pub before: Option<String>,
    /// The signature in the revision.
    pub after: Option<String>,
    /// What mitigates or explains the change, such as `non_exhaustive`.
    pub note: Option<String>,
}

/// `item { before → after }  (note)`
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let change = match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (None, Some(after)) => format!("+ {after}"),
            (Some(before), None) => format!("− {before}"),
            (None, None) => String::new(),
        };
        match change.as_str() {
            "" => f.write_str(&self.item)?,
            change => write!(f, "{} {{ {change} }}", self.item)?,
        }
        self.note.iter().try_for_each(|note| write!(f, "  ({note})"))
    }
}

/// The part of a version that must rise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// None.
    #[default]
    None,
    /// The API grows.
    Minor,
    /// The API breaks.
    Major,
}

impl Bump {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// The version that the changes require, and the version of the revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gate {
    /// The version of the base.
    pub base: Version,
    /// The lowest version that the revision may have.
    pub needed: Version,
    /// The version in the working tree's `Cargo.toml`.
    pub found: Version,
    /// Whether `CHANGELOG.md` has a new entry, if the changes require one.
    pub changelog: bool,
}

impl Gate {
    /// Whether the version found is at least the needed one, and the changelog has the entry. A pre-release is lower
    /// than its release.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.changelog && self.found.cmp_precedence(&self.needed).is_ge()
    }
}
