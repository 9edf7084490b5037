//! `[parked]`: many domains that do not send, named in one list. Each becomes a domain like any other; nothing is judged
//! here.

use super::problem::{Problem, Problems};
use super::raw::{Domain, Section};
use super::source::At;
use super::table::{Field, Node, Shape, Table};

const SHAPE: Shape = Shape { what: "`[parked]`", example: "`[parked]`, and `domains = [\"…\"]` below it" };

/// The domains of the list, as they would be with sections of their own.
pub(super) fn domains(node: Node<'_>, problems: &Problems) -> Vec<Section<Domain>> {
    let (before, span) = (problems.count(), node.span.clone());
    let Some(mut table) = Table::open(SHAPE, "parked", node, problems) else { return Vec::new() };
    let names = table.texts("domains");
    let (provider, published) = (table.text("provider"), table.text("published"));
    let (receives, ttl) = (table.boolean("receives"), table.integer("ttl"));
    let (accept, allow) = (table.texts("accept"), table.texts("allow"));
    table.close(|key| match key {
        "sends" => Some("what is parked does not send; leave it out".to_owned()),
        "egress" | "senders" | "dkim" | "spf" | "dmarc" | "bulk" => {
            Some("a domain with more than the usual records has a section `[domains.\"NAME\"]`".to_owned())
        }
        _ => None,
    });
    if names.is_absent() {
        problems.add(Problem::new(&span, "`[parked]` names no domains").help("add `domains = [\"parked.example\"]`"));
    }
    let sound = problems.count() == before;
    let no = |name: &At<String>| Field::Given(At::new(false, name.span.clone()));
    let domain = |name: At<String>| {
        let receives = if receives.is_absent() { no(&name) } else { receives.clone() };
        let domain = Domain {
            provider: provider.clone(),
            published: published.clone(),
            sends: no(&name),
            receives,
            bulk: Field::Absent,
            egress: Field::Absent,
            senders: Field::Absent,
            spf: Field::Absent,
            ttl: ttl.clone(),
            accept: accept.clone(),
            allow: allow.clone(),
            ignore: Vec::new(),
            dmarc: Field::Absent,
            dkim: Vec::new(),
        };
        Section { span: name.span.clone(), name, content: Some(domain), sound }
    };
    names.given().map(|list| list.value).unwrap_or_default().into_iter().map(domain).collect()
}
