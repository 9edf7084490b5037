//! A plan as data: saved, reviewed in a pull request, applied later (`docs/formats/plan.md`).

use std::collections::BTreeSet;

use mailvouch_providers::Value;
use mailvouch_providers::dns::{Name, RrType};
use serde::{Deserialize, Serialize};

use crate::declared::Guard;

/// The version of the file that this program writes, and the only one that it reads.
const VERSION: u32 = 1;

/// Changes in the order in which they are to be made, and what is left for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    version: u32,
    /// What is to be done.
    pub steps: Vec<Step>,
    /// What the plan does not mend: it cannot be written here, or a person decides.
    pub advice: Vec<Advice>,
}

/// What is to happen at one owner name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The domain that it is for.
    pub domain: Name,
    /// The provider of the declaration that holds the name; none where none is declared.
    pub provider: Option<String>,
    /// The zone there.
    pub zone: Option<Name>,
    /// The name.
    pub owner: Name,
    /// Values that go.
    pub remove: Vec<Value>,
    /// Values that come.
    pub add: Vec<Value>,
    /// The sets of the types that change, as they were read: for the reader.
    pub before: Vec<Value>,
    /// The same sets afterwards: for the reader.
    pub after: Vec<Value>,
    /// The rules that asked for it.
    pub rules: Vec<String>,
    /// The guards that it trips: each must be allowed before it is applied.
    pub guards: Vec<Guarded>,
    /// What the reader should know: that DNS serves something else than the provider holds, for one.
    pub notes: Vec<String>,
}

impl Step {
    /// The types that change.
    pub fn types(&self) -> BTreeSet<RrType> {
        self.remove.iter().chain(&self.add).map(|value| value.rdata.rtype()).collect()
    }
}

/// A guard that a step trips, and what trips it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guarded {
    /// The guard.
    pub guard: Guard,
    /// What the step would do, for people.
    pub why: String,
}

/// A finding that the plan does not mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// The domain.
    pub domain: Name,
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Why a text is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It is not JSON of the right shape.
    #[error("not a plan: {0}")]
    Shape(#[from] serde_json::Error),
    /// It was written by another generation of this program.
    #[error("version {0} of the plan format is not known; this program reads version {VERSION}")]
    Version(u32),
}

impl Plan {
    /// A plan of these steps.
    pub fn new(steps: Vec<Step>, advice: Vec<Advice>) -> Self {
        Self { version: VERSION, steps, advice }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The plan as JSON; the same plan gives the same bytes.
    pub fn to_json(&self) -> Result<String, PlanFileError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Reads what [`Self::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, PlanFileError> {
        /// Only the version: another one may have another shape.
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.version != VERSION {
            return Err(PlanFileError::Version(head.version));
        }
        Ok(serde_json::from_str(text)?)
    }
}
