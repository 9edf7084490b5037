//! JSON Schemas (draft 2020-12) of what the program reads and writes, made from the types.
//!
//! A version only grows: what validates reads on when fields come, so nothing here forbids fields that it does not name.
//! The declaration is the exception: a key that nobody knows is a mistake there.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The schema of what is written from this type.
pub(super) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}
