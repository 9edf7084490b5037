//! A plan as data: saved, reviewed in a pull request, applied later (`docs/formats/plan.md`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::{SourceEdit, Value};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::Effect;
use crate::declared::Guard;
use crate::published::Overlay;

/// The version of the file that this program writes, and the only one that it reads.
const VERSION: u32 = 1;

/// Changes in the order in which they are to be made, and what is left for people.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    version: u32,
    /// The program that made it, and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The SHA-256 of the declaration that it was made for, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declaration: Option<String>,
    /// The time that it was made for, where that was not the time it was made at (RFC 3339, in UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What is to be done.
    pub steps: Vec<Step>,
    /// What the plan does not mend: it cannot be written here, or a person decides.
    pub advice: Vec<Advice>,
    /// What it does to who may send: for each domain that it is for, and for every other declared one that it reaches.
    /// For the reader.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<Effect>,
}

/// What is to happen at one owner name.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The domain that it is for.
    #[schemars(with = "String")]
    pub domain: Name,
    /// The provider of the declaration that holds the name; none where none is declared.
    pub provider: Option<String>,
    /// The zone there.
    #[schemars(with = "Option<String>")]
    pub zone: Option<Name>,
    /// The name.
    #[schemars(with = "String")]
    pub owner: Name,
    /// Values that go.
    #[serde(deserialize_with = "super::kept::values")]
    #[schemars(with = "Vec<WrittenValue>")]
    pub remove: Vec<Value>,
    /// Values that come.
    #[schemars(with = "Vec<WrittenValue>")]
    pub add: Vec<Value>,
    /// The sets of the types that change, as they were read: for the reader.
    #[serde(deserialize_with = "super::kept::values")]
    #[schemars(with = "Vec<WrittenValue>")]
    pub before: Vec<Value>,
    /// The same sets afterwards: for the reader.
    #[serde(deserialize_with = "super::kept::values")]
    #[schemars(with = "Vec<WrittenValue>")]
    pub after: Vec<Value>,
    /// The rules that asked for it.
    pub rules: Vec<String>,
    /// The guards that it trips: each must be allowed before it is applied.
    pub guards: Vec<Guarded>,
    /// What has to be seen before it is made; none where nothing has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Wait>,
    /// What the reader should know: that DNS serves something else than the provider holds, for one.
    pub notes: Vec<String>,
    /// What it is in the source that the records are published from, where they are kept in one. For the reader: it is
    /// worked out again when it is applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<SourceLines>,
}

/// Lines of a source as they are and as they are to be.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLines {
    /// The file; none where it could not be told which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The first of the lines, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where on it the value stands, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The lines that go.
    pub remove: Vec<String>,
    /// The lines that come; behind `line` where none goes.
    pub add: Vec<String>,
    /// What the reader should know of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl From<SourceEdit> for SourceLines {
    fn from(edit: SourceEdit) -> Self {
        let SourceEdit { path, line, column, old, new, note } = edit;
        Self { file: path.map(|path| path.display().to_string()), line, column, remove: old, add: new, note }
    }
}

/// A barrier: what a step leads to has to be there for everybody first.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// The names whose records every authoritative server has to serve.
    #[serde(rename = "for")]
    #[schemars(with = "Vec<String>")]
    pub names: Vec<Name>,
    /// Seconds from then on: so long may a cache hold that nothing is there (RFC 2308, section 5).
    pub seconds: u32,
}

/// The schema of a plan.
pub fn plan_schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Plan>()
}

/// A value as it is written, for the schema: its data in presentation form.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its fields are read by the derive")]
struct WrittenValue {
    rdata: WrittenData,
    /// Time to live, in seconds.
    ttl: u32,
    /// The provider's own id for it; left out where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handle: Option<String>,
}

/// The data of a record, for the schema.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its fields are read by the derive")]
struct WrittenData {
    /// The type: a mnemonic, or `TYPE` and a number.
    r#type: String,
    /// The presentation form (RFC 1035, section 5.1).
    data: String,
}

impl Step {
    /// The types that change.
    pub fn types(&self) -> BTreeSet<RrType> {
        self.remove.iter().chain(&self.add).map(|value| value.rdata.rtype()).collect()
    }

    /// Whether what the reader is shown is what is done: the sets before, without what goes and with what comes, are
    /// the sets afterwards.
    fn is_consistent(&self) -> bool {
        let set = |values: &[Value]| -> BTreeSet<(RrType, String)> {
            values.iter().map(|value| (value.rdata.rtype(), value.rdata.to_string())).collect()
        };
        let (before, remove, add) = (set(&self.before), set(&self.remove), set(&self.add));
        before.difference(&remove).chain(&add).cloned().collect::<BTreeSet<_>>() == set(&self.after)
    }
}

/// A guard that a step trips, and what trips it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guarded {
    /// The guard.
    #[schemars(with = "String")]
    pub guard: Guard,
    /// What the step would do, for people.
    pub why: String,
    /// The domain for which it is tripped, where that is another one than the step's: it leads to what the step changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub domain: Option<Name>,
    /// What allows it already: `--allow`, or a line of the declaration. For the reader; whoever applies the plan looks
    /// for himself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

impl Guarded {
    /// The domain for which it is tripped, at this step.
    pub fn domain_of<'a>(&'a self, step: &'a Step) -> &'a Name {
        self.domain.as_ref().unwrap_or(&step.domain)
    }
}

/// A finding that the plan does not mend.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// The domain.
    #[schemars(with = "String")]
    pub domain: Name,
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Why the plan does not take the fix that there is; none where there is no fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
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
    /// The time that it is for is none.
    #[error("`as_of` is no time: {0:?}")]
    Time(String),
    /// A step does not say the same twice: somebody changed one half of it.
    #[error("the step at {owner} contradicts itself: `after` is not `before` without `remove` and with `add`")]
    Contradiction {
        /// The name that the step changes.
        owner: Name,
    },
    /// Two steps change one name: no plan is made so.
    #[error("two steps change {owner}")]
    Twice {
        /// The name.
        owner: Name,
    },
}

impl Default for Plan {
    fn default() -> Self {
        Self::new(Vec::new(), Vec::new())
    }
}

impl Plan {
    /// A plan of these steps.
    pub fn new(steps: Vec<Step>, advice: Vec<Advice>) -> Self {
        Self { version: VERSION, tool: None, declaration: None, as_of: None, steps, advice, domains: Vec::new() }
    }

    /// Notes of each guard what allows it, as `by` says for a domain.
    pub fn note_allowed(&mut self, by: impl Fn(&Name, Guard) -> Option<String>) {
        for step in &mut self.steps {
            for guarded in &mut step.guards {
                let domain = guarded.domain.as_ref().unwrap_or(&step.domain);
                guarded.allowed = by(domain, guarded.guard);
            }
        }
    }

    /// The time that it was made for; none where that is the time it was made at.
    pub fn made_for(&self) -> Result<Option<Timestamp>, PlanFileError> {
        let read = |text: &String| text.parse().map_err(|_| PlanFileError::Time(text.clone()));
        self.as_of.as_ref().map(read).transpose()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The sets as they will stand, as statements for the analysis.
    pub fn overlay(&self) -> Overlay {
        super::reach::with_steps(&Overlay::default(), &self.steps)
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
        let plan: Self = serde_json::from_str(text)?;
        plan.made_for()?;
        let mut names = BTreeSet::new();
        for step in &plan.steps {
            if !step.is_consistent() {
                return Err(PlanFileError::Contradiction { owner: step.owner.clone() });
            }
            if !names.insert((&step.provider, &step.owner)) {
                return Err(PlanFileError::Twice { owner: step.owner.clone() });
            }
        }
        Ok(plan)
    }
}
