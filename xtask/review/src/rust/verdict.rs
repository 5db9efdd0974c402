//! What edits mean to the Rust users: types only.

use schemars::JsonSchema;
use serde::Serialize;

/// What the edits do to the Rust users.
#[derive(Clone, Debug, Default)]
pub struct RustReport {
    /// One for each edit, in the order in which they were given.
    pub verdicts: Vec<RustVerdict>,
    /// Items that differ although no edit explains them.
    pub unattributed: Vec<Signature>,
    /// The version gate, where the two versions are known.
    pub gate: Option<Gate>,
}

impl RustReport {
    /// The bump that all of it asks for.
    #[must_use]
    pub fn bump(&self) -> Bump {
        let verdicts = self.verdicts.iter().map(|verdict| verdict.bump);
        verdicts.chain(self.unattributed.iter().map(|signature| signature.bump)).max().unwrap_or(Bump::None)
    }
}

/// What one edit does to the Rust users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RustVerdict {
    /// At compile time: the highest of `signatures`.
    pub bump: Bump,
    /// The public items that differ because of it.
    pub signatures: Vec<Signature>,
    /// What a user notices at run time only.
    pub runtime: Vec<Notice>,
}

/// What no compiler shows.
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
    /// As a user spells it: `Migration::status`.
    pub item: String,
    /// What it asks of the version.
    pub bump: Bump,
    /// How it was written.
    pub before: Option<String>,
    /// How it is written.
    pub after: Option<String>,
    /// What softens or explains it: `non_exhaustive`.
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
    /// As it is written in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// What the verdict asks of the version, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gate {
    /// The version of the base.
    pub base: String,
    /// The least that the revision must say.
    pub needed: String,
    /// What the working tree's `Cargo.toml` says.
    pub found: String,
    /// Whether `CHANGELOG.md` says something of it, where a bump is needed.
    pub changelog: bool,
}

impl Gate {
    /// Whether nothing is left to do. The version found passes where it is equal to the one needed or above.
    #[must_use]
    pub fn passes(&self) -> bool {
        let parts = |version: &str| -> Vec<u64> {
            version.split(['.', '-', '+']).take(3).filter_map(|part| part.parse().ok()).collect()
        };
        self.changelog && parts(&self.found) >= parts(&self.needed)
    }
}
