//! The lines that a person puts into a source that is not edited: a program of DNSControl, a configuration of Terraform.

use anyhow::Context as _;
use mailvouch_providers::Change;
use mailvouch_providers::dnscontrol::DnsControl;
use mailvouch_providers::terraform::Terraform;

use super::world::World;
use crate::declared::ProviderKind;
use crate::plan::{Plan, SourceLines};

/// Tells of each step of such a domain what it is in its source.
pub(super) fn fill(world: &World, plan: &mut Plan) -> anyhow::Result<()> {
    for step in &mut plan.steps {
        let of_step = |subject: &&crate::lint::Subject| subject.domain == step.domain;
        let declared = world.subjects.iter().find(of_step).and_then(|subject| subject.declared.as_ref());
        let Some(config) = declared.and_then(|declared| declared.domain().provider.as_ref()) else { continue };
        let config = &config.value;
        let zone = config.zone.as_ref().map_or(&step.domain, |zone| &zone.value);
        let (remove, add) = (step.remove.clone(), step.add.clone());
        let change = Change { owner: step.owner.clone(), remove, add, seen: Vec::new() };
        let edits = match &config.kind {
            ProviderKind::DnsControl { file } => DnsControl::new(&file.value).source_edits(zone, &change),
            ProviderKind::Terraform { dir } => Terraform::new(&dir.value).source_edits(zone, &change),
            _ => continue,
        };
        let edits = edits.with_context(|| format!("provider `{}`", config.name.value))?;
        step.source = edits.into_iter().map(SourceLines::from).collect();
    }
    Ok(())
}
