//! What an edit means to the Rust users: the seam between the diff and whoever judges that.
//!
//! Types only. The diff prints what a [`RustApi`] says; without one it prints nothing about Rust, which is not the
//! same as "none".

use schemars::JsonSchema;
use serde::Serialize;

use super::Edit;
use openapi_fragment::Document;

/// Judges what the edits do to the generated API.
pub(crate) trait RustApi {
    /// One judgement of the whole, with a verdict for each of `edits` in their order. An error is a sentence that
    /// says what stood in the way; the diff over HTTP is shown without the Rust lines then, and the sentence with it.
    fn judge(&self, base: &Document, revision: &Document, edits: &[Edit]) -> Result<RustReport, String>;
}

/// What the edits do to the Rust users.
#[derive(Clone, Debug, Default)]
pub(crate) struct RustReport {
    /// One for each edit, in the order in which they were given.
    pub(crate) verdicts: Vec<Verdict>,
    /// Items that differ although no edit explains them.
    pub(crate) unattributed: Vec<Signature>,
    /// The version gate, where the two versions are known.
    pub(crate) gate: Option<Gate>,
}

impl RustReport {
    /// The bump that all of it asks for.
    pub(crate) fn bump(&self) -> Bump {
        let verdicts = self.verdicts.iter().map(|verdict| verdict.bump);
        verdicts.chain(self.unattributed.iter().map(|signature| signature.bump)).max().unwrap_or(Bump::None)
    }
}

/// What one edit does to the Rust users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Verdict {
    /// At compile time: the highest of `signatures`.
    pub(crate) bump: Bump,
    /// The public items that differ because of it.
    pub(crate) signatures: Vec<Signature>,
    /// What a user notices at run time only.
    pub(crate) runtime: Vec<Notice>,
}

/// What no compiler shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Notice {
    /// The rule's id, for `--explain`.
    pub(crate) rule: &'static str,
    /// One sentence.
    pub(crate) text: String,
}

/// A public item before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Signature {
    /// The rule's id, for `--explain`.
    pub(crate) rule: &'static str,
    /// As a user spells it: `Migration::status`.
    pub(crate) item: String,
    pub(crate) bump: Bump,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// What softens or explains it: `non_exhaustive`.
    pub(crate) note: Option<String>,
}

/// The part of a version that must rise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Bump {
    #[default]
    None,
    Minor,
    Major,
}

impl Bump {
    /// As it is written in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// What the verdict asks of the version, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Gate {
    /// The version of the base.
    pub(crate) base: String,
    /// The least that the revision must say.
    pub(crate) needed: String,
    /// What the working tree's `Cargo.toml` says.
    pub(crate) found: String,
    /// Whether `CHANGELOG.md` says something of it, where a bump is needed.
    pub(crate) changelog: bool,
}

impl Gate {
    /// Whether nothing is left to do. `needed` is compared by whoever fills it in: equal or above passes.
    pub(crate) fn passes(&self) -> bool {
        let parts = |version: &str| -> Vec<u64> {
            version.split(['.', '-', '+']).take(3).filter_map(|part| part.parse().ok()).collect()
        };
        self.changelog && parts(&self.found) >= parts(&self.needed)
    }
}
