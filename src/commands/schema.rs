//! `schema`: what the program reads and writes, as JSON Schema.

use clap::ValueEnum as _;

use super::out::Out;
use crate::cli::{Exit, SchemaOf};
use crate::declared::declaration_schema;
use crate::output::{bounce, diff, dkim, dmarc, json, observe, preflight, record, rules, spf};
use crate::plan::plan_schema;

pub(super) fn run(of: SchemaOf) -> anyhow::Result<Exit> {
    let (made, title) = match of {
        SchemaOf::Declaration => (declaration_schema(), "The declaration, mailvouch.toml"),
        SchemaOf::Check => (json::schema(), "mailvouch check --format json"),
        SchemaOf::CheckLine => (json::line_schema(), "A line of mailvouch check --format ndjson"),
        SchemaOf::Diff => (diff::schema(), "mailvouch diff --format json"),
        SchemaOf::Plan => (plan_schema(), "mailvouch plan --format json"),
        SchemaOf::Preflight => (preflight::schema(), "mailvouch preflight --format json"),
        SchemaOf::Record => (record::schema(), "mailvouch record --format json"),
        SchemaOf::Bounce => (bounce::schema(), "mailvouch bounce --format json"),
        SchemaOf::SpfEval => (json::evaluation_schema(), "mailvouch spf eval --format json"),
        SchemaOf::SpfTree => (spf::tree_schema(), "mailvouch spf tree --format json"),
        SchemaOf::SpfCoverage => (spf::coverage_schema(), "mailvouch spf coverage --format json"),
        SchemaOf::DmarcPolicy => (dmarc::policy_schema(), "mailvouch dmarc policy --format json"),
        SchemaOf::DmarcReports => (dmarc::reports_schema(), "mailvouch dmarc reports --format json"),
        SchemaOf::DkimNew => (dkim::schema(), "mailvouch dkim new --format json"),
        SchemaOf::Observe => (observe::schema(), "mailvouch observe --format json"),
        SchemaOf::Rules => (rules::schema(), "mailvouch rules --format json"),
        SchemaOf::Explain => (rules::explain_schema(), "mailvouch explain --format json"),
        SchemaOf::ExplainCode => (bounce::explained_schema(), "mailvouch explain --format json, of a code"),
    };
    let name = of.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    Out::new(None)?.print(&json::schema_text(made, &name, title))?;
    Ok(Exit::Clean)
}
