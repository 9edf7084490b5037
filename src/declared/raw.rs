//! The declaration as it is written: every key of every section with its type, and no meaning yet.

use std::ops::Range;

use toml::de::DeValue;
use toml::value::Datetime;

use super::problem::{Problem, Problems};
use super::raw_provider::Provider;
use super::source::At;
use super::suggest::quoted;
use super::table::{Field, Node, Table, Text, Texts};

/// The whole file.
pub(super) struct Declaration {
    pub(super) version: Field<At<i64>>,
    pub(super) egress: Vec<Section<Egress>>,
    pub(super) senders: Vec<Section<Sender>>,
    pub(super) providers: Vec<Section<Provider>>,
    pub(super) domains: Vec<Section<Domain>>,
}

/// A table whose key is a name that the user chose.
pub(super) struct Section<T> {
    pub(super) name: At<String>,
    /// Its header, or the table in braces.
    pub(super) span: Range<usize>,
    /// None where something else than a table stood there.
    pub(super) content: Option<T>,
}

/// `[egress.NAME]`.
pub(super) struct Egress {
    pub(super) addresses: Texts,
    pub(super) helo: Texts,
    pub(super) from: Field<At<Datetime>>,
    pub(super) until: Field<At<Datetime>>,
}

/// `[senders.ID]`.
pub(super) struct Sender {
    pub(super) include: Texts,
    pub(super) addresses: Texts,
    pub(super) spf: Text,
    pub(super) mail_from: Text,
    pub(super) dkim: Text,
}

/// `[domains."NAME"]`.
pub(super) struct Domain {
    pub(super) provider: Text,
    pub(super) published: Text,
    pub(super) sends: Field<At<bool>>,
    pub(super) receives: Field<At<bool>>,
    pub(super) bulk: Field<At<bool>>,
    pub(super) egress: Texts,
    pub(super) senders: Texts,
    pub(super) spf: Field<Spf>,
    pub(super) ttl: Field<At<i64>>,
    pub(super) accept: Texts,
    pub(super) allow: Texts,
    pub(super) dmarc: Field<Dmarc>,
    pub(super) dkim: Vec<Section<Selector>>,
}

/// `spf` of a domain.
pub(super) struct Spf {
    pub(super) all: Text,
    pub(super) exclusive: Field<At<bool>>,
}

/// `dmarc` of a domain.
pub(super) struct Dmarc {
    pub(super) span: Range<usize>,
    pub(super) policy: Text,
    pub(super) subdomain_policy: Text,
    pub(super) nonexistent_policy: Text,
    pub(super) rua: Texts,
    pub(super) ruf: Texts,
    pub(super) adkim: Text,
    pub(super) aspf: Text,
    pub(super) fo: Text,
    pub(super) testing: Field<At<bool>>,
    pub(super) psd: Text,
}

/// One entry of `dkim` of a domain.
pub(super) struct Selector {
    pub(super) key_file: Text,
    pub(super) cname: Text,
    pub(super) present: Field<At<bool>>,
    pub(super) revoked: Field<At<bool>>,
    pub(super) retire: Field<At<Datetime>>,
}

impl Declaration {
    pub(super) fn read(root: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open("a declaration", "", root, problems)?;
        let declaration = Self {
            version: table.integer("version"),
            egress: sections("egress", &mut table, problems, Egress::read),
            senders: sections("senders", &mut table, problems, Sender::read),
            providers: sections("providers", &mut table, problems, Provider::read),
            domains: sections("domains", &mut table, problems, Domain::read),
        };
        table.close(|key| match key {
            "domain" | "zones" | "zone" => Some("domains stand in sections `[domains.\"example.com\"]`".to_owned()),
            _ => None,
        });
        Some(declaration)
    }
}

/// The tables at `key`, each under a name of its own.
fn sections<'i, T>(
    key: &'static str,
    table: &mut Table<'_, 'i>,
    problems: &Problems,
    read: impl Fn(&At<String>, Node<'i>, &Problems) -> Option<T>,
) -> Vec<Section<T>> {
    let Some((_, node)) = table.node(key) else {
        return Vec::new();
    };
    let Some(table) = Table::open("a table of named sections", key, node, problems) else {
        return Vec::new();
    };
    let mut sections = Vec::new();
    for (name, node) in table.into_entries() {
        if name.value.is_empty() {
            problems.add(Problem::new(&name.span, format!("a section of `{key}` has an empty name")));
        }
        let span = node.span.clone();
        let content = read(&name, node, problems);
        sections.push(Section { name, span, content });
    }
    sections
}

impl Egress {
    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open("an egress group", &name.value, node, problems)?;
        let egress = Self {
            addresses: table.texts("addresses"),
            helo: table.texts("helo"),
            from: table.date("from"),
            until: table.date("until"),
        };
        table.close(|key| match key {
            "ip" | "ips" | "ip4" | "ip6" | "address" | "ranges" | "cidr" => {
                Some("did you mean `addresses`?".to_owned())
            }
            _ => None,
        });
        Some(egress)
    }
}

impl Sender {
    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open("a sender", &name.value, node, problems)?;
        let sender = Self {
            include: table.text_or_texts("include"),
            addresses: table.texts("addresses"),
            spf: table.text("spf"),
            mail_from: table.text("mail-from"),
            dkim: table.text("dkim"),
        };
        table.close(|key| match key {
            "return-path" | "envelope" | "envelope-from" => Some("did you mean `mail-from`?".to_owned()),
            _ => None,
        });
        Some(sender)
    }
}

impl Domain {
    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        if let Some(problem) = unquoted_name(name, &node) {
            problems.add(problem);
            return None;
        }
        let mut table = Table::open("a domain", &name.value, node, problems)?;
        let mut domain = Self {
            provider: table.text("provider"),
            published: table.text("published"),
            sends: table.boolean("sends"),
            receives: table.boolean("receives"),
            bulk: table.boolean("bulk"),
            egress: table.texts("egress"),
            senders: table.texts("senders"),
            spf: Field::Absent,
            ttl: table.integer("ttl"),
            accept: table.texts("accept"),
            allow: table.texts("allow"),
            dmarc: Field::Absent,
            dkim: sections("dkim", &mut table, problems, Selector::read),
        };
        if let Some((_, node)) = table.node("spf") {
            domain.spf = Spf::read(node, problems).map_or(Field::Broken, Field::Given);
        }
        if let Some((span, node)) = table.node("dmarc") {
            domain.dmarc = Dmarc::read(span, node, problems).map_or(Field::Broken, Field::Given);
        }
        table.close(|key| match key {
            "selectors" | "selector" => Some("did you mean `dkim`?".to_owned()),
            "all" | "exclusive" => Some(format!("it belongs to `spf`: `spf = {{ {key} = … }}`")),
            "policy" | "rua" | "ruf" => Some(format!("it belongs to `dmarc`: `dmarc = {{ {key} = … }}`")),
            "addresses" => Some("addresses stand in a section `[egress.NAME]`, which `egress` names".to_owned()),
            "mx" => Some("MX records are not declared; `receives = false` asks for a null MX".to_owned()),
            _ => None,
        });
        Some(domain)
    }
}

/// `[domains.example.com]` is TOML for a table `com` in a table `example`. Says so, where that is what stands there.
fn unquoted_name(name: &At<String>, node: &Node<'_>) -> Option<Problem> {
    const KEYS: [&str; 3] = ["spf", "dmarc", "dkim"];
    if name.value.contains('.') {
        return None;
    }
    let (mut path, mut end, mut value) = (name.value.clone(), name.span.end, &node.value);
    while let Some((key, inner)) =
        value.as_table().filter(|table| table.len() == 1).and_then(|table| table.iter().next())
        && inner.get_ref().is_table()
        && !KEYS.contains(&&**key.get_ref())
        && path.len() < 255
    {
        path = format!("{path}.{}", key.get_ref());
        (end, value) = (key.span().end.max(end), inner.get_ref());
    }
    let message = format!("the dots of {} part it into tables", quoted(&path));
    let help = format!("put the name in quotes: `[domains.\"{path}\"]`");
    (path != name.value).then(|| Problem::new(&(name.span.start..end), message).help(help))
}

impl Spf {
    fn read(node: Node<'_>, problems: &Problems) -> Option<Self> {
        if let DeValue::String(text) = &node.value {
            let message = "`spf` takes a table; here stands a text";
            let help = if text.starts_with("v=spf1") {
                "records are not declared, but worked out: say who sends with `egress` and `senders`"
            } else {
                "write `spf = { all = \"…\" }`"
            };
            problems.add(Problem::new(&node.span, message).help(help));
            return None;
        }
        let mut table = Table::open("a table `spf`", "spf", node, problems)?;
        let spf = Self { all: table.text("all"), exclusive: table.boolean("exclusive") };
        table.close(|key| match key {
            "include" | "includes" => Some("who sends is said with `senders`".to_owned()),
            _ => None,
        });
        Some(spf)
    }
}

impl Dmarc {
    fn read(span: Range<usize>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open("a table `dmarc`", "dmarc", node, problems)?;
        let dmarc = Self {
            span,
            policy: table.text("policy"),
            subdomain_policy: table.text("subdomain-policy"),
            nonexistent_policy: table.text("nonexistent-policy"),
            rua: table.text_or_texts("rua"),
            ruf: table.text_or_texts("ruf"),
            adkim: table.text("adkim"),
            aspf: table.text("aspf"),
            fo: table.text("fo"),
            testing: table.boolean("testing"),
            psd: table.text("psd"),
        };
        table.close(|key| {
            let meant = match key {
                "p" => "policy",
                "sp" => "subdomain-policy",
                "np" => "nonexistent-policy",
                "t" => "testing",
                "pct" => {
                    return Some("RFC 9989 has no `pct` any more; `testing = true` asks for one step less".to_owned());
                }
                "rf" | "ri" => return Some(format!("RFC 9989 has no `{key}` any more; leave it out")),
                "v" => return Some("the version is always `DMARC1`; leave it out".to_owned()),
                _ => return None,
            };
            Some(format!("did you mean `{meant}`?"))
        });
        Some(dmarc)
    }
}

impl Selector {
    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open("a DKIM selector", &name.value, node, problems)?;
        let selector = Self {
            key_file: table.text("key-file"),
            cname: table.text("cname"),
            present: table.boolean("present"),
            revoked: table.boolean("revoked"),
            retire: table.date("retire"),
        };
        table.close(|key| match key {
            "key" | "p" | "public-key" | "private-key" | "txt" | "record" => {
                Some("put the key into a PEM file, and name that with `key-file`".to_owned())
            }
            "until" => Some("did you mean `retire`?".to_owned()),
            _ => None,
        });
        Some(selector)
    }
}
