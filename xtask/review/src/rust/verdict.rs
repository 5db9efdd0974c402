//! The types of the result: the effect of edits on the Rust API.

use schemars::JsonSchema;
use serde::Serialize;

/// The effect of all edits on the Rust API.
#[derive(Clone, Debug, Default)]
pub struct RustReport {
    /// One verdict for each edit, in the order of the edits.
    pub verdicts: Vec<RustVerdict>,
    /// Items that differ although no edit explains them.
    pub unattributed: Vec<Signature>,
    /// The version gate, if both versions are known.
    pub gate: Option<Gate>,
}

impl RustReport {
    /// The highest bump of all changes.
    #[must_use]
    pub fn bump(&self) -> Bump {
        let verdicts = self.verdicts.iter().map(|verdict| verdict.bump);
        verdicts.chain(self.unattributed.iter().map(|signature| signature.bump)).max().unwrap_or(Bump::None)
    }
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
}

/// A change that only shows at run time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Notice {
    /// The rule's id, for `--explain`.
    pub rule: &'static str,
    /// One sentence.
    pub text: String,
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
    pub base: String,
    /// The lowest version that the revision may have.
    pub needed: String,
    /// The version in the working tree's `Cargo.toml`.
    pub found: String,
    /// Whether `CHANGELOG.md` has a new entry, if the changes require one.
    pub changelog: bool,
}

impl Gate {
    /// Whether the version found is at least the needed one, and the changelog has the entry.
    #[must_use]
    pub fn passes(&self) -> bool {
        let parts = |version: &str| -> Vec<u64> {
            version.split(['.', '-', '+']).take(3).filter_map(|part| part.parse().ok()).collect()
        };
        self.changelog && parts(&self.found) >= parts(&self.needed)
    }
}
