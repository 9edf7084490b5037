//! The declaration as it is written: every key of every section with its type, and no meaning yet.

use std::ops::Range;

use toml::de::DeValue;
use toml::value::Datetime;

use super::leave::IgnoredRule;
use super::parked;
use super::problem::{Problem, Problems};
use super::raw_provider::Provider;
use super::source::At;
use super::suggest::quoted;
use super::table::{Field, Node, Shape, Table, Text, Texts};

/// The only version there is.
const VERSION: i64 = 1;

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
    /// None where no such table stood there, which has been reported.
    pub(super) content: Option<T>,
    /// Whether every key of it was one, and had the right type. If not, what seems to be missing may be what was
    /// meant, and is not told.
    pub(super) sound: bool,
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
    pub(super) ignore: Vec<IgnoredRule>,
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
    /// As [`Section::sound`].
    pub(super) sound: bool,
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
    const SHAPE: Shape = Shape { what: "a declaration", example: "a table" };

    pub(super) fn read(root: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open(Self::SHAPE, "", root, problems)?;
        let version = table.integer("version");
        if let Field::Given(version) = &version
            && version.value != VERSION
        {
            // Nobody here knows what the rest means.
            let message = format!("this is a declaration of version {}, and only {VERSION} is known", version.value);
            problems.add(Problem::new(&version.span, message).help("write `version = 1`, or use a newer mailvouch"));
            return None;
        }
        let mut declaration = Self {
            version,
            egress: sections("egress", "`[egress.NAME]`", &mut table, problems, Egress::read),
            senders: sections("senders", "`[senders.ID]`", &mut table, problems, Sender::read),
            providers: sections("providers", "`[providers.NAME]`", &mut table, problems, Provider::read),
            domains: sections("domains", "`[domains.\"example.com\"]`", &mut table, problems, Domain::read),
        };
        if let Some((_, node)) = table.node("parked") {
            declaration.domains.extend(parked::domains(node, problems));
        }
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
    example: &'static str,
    table: &mut Table<'_, 'i>,
    problems: &Problems,
    read: impl Fn(&At<String>, Node<'i>, &Problems) -> Option<T>,
) -> Vec<Section<T>> {
    let Some((_, node)) = table.node(key) else {
        return Vec::new();
    };
    let Some(table) = Table::open(Shape { what: "named sections", example }, key, node, problems) else {
        return Vec::new();
    };
    let mut sections = Vec::new();
    for (name, node) in table.into_entries() {
        let (before, span) = (problems.count(), node.span.clone());
        let content = read(&name, node, problems);
        sections.push(Section { name, span, content, sound: problems.count() == before });
    }
    sections
}

impl Egress {
    const SHAPE: Shape =
        Shape { what: "an egress group", example: "`[egress.NAME]`, and `addresses = [\"…\"]` below it" };

    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open(Self::SHAPE, &name.value, node, problems)?;
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
    const SHAPE: Shape = Shape { what: "a sender", example: "`[senders.ID]`, and `include = \"…\"` below it" };

    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open(Self::SHAPE, &name.value, node, problems)?;
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
    const SHAPE: Shape = Shape { what: "a domain", example: "`[domains.\"example.com\"]`, and its keys below it" };

    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        if let Some(problem) = unquoted_name(name, &node) {
            problems.add(problem);
            return None;
        }
        let mut table = Table::open(Self::SHAPE, &name.value, node, problems)?;
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
            ignore: Vec::new(),
            dmarc: Field::Absent,
            dkim: sections("dkim", "`[domains.\"example.com\".dkim]`", &mut table, problems, Selector::read),
        };
        if let Some((_, node)) = table.node("spf") {
            domain.spf = Spf::read(node, problems).map_or(Field::Broken, Field::Given);
        }
        if let Some((span, node)) = table.node("dmarc") {
            domain.dmarc = Dmarc::read(span, node, problems).map_or(Field::Broken, Field::Given);
        }
        if let Some((_, node)) = table.node("ignore") {
            domain.ignore = IgnoredRule::read_all(node, problems);
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
    const SHAPE: Shape = Shape { what: "`spf`", example: "`spf = { all = \"…\" }`" };

    fn read(node: Node<'_>, problems: &Problems) -> Option<Self> {
        if let DeValue::String(text) = &node.value
            && text.starts_with("v=spf1")
        {
            let problem = Problem::new(&node.span, "records are not declared, but worked out");
            problems.add(
                problem.help("say who sends with `egress` and `senders`, and the end with `spf = { all = \"…\" }`"),
            );
            return None;
        }
        let mut table = Table::open(Self::SHAPE, "spf", node, problems)?;
        let spf = Self { all: table.text("all"), exclusive: table.boolean("exclusive") };
        table.close(|key| match key {
            "include" | "includes" => Some("who sends is said with `senders`".to_owned()),
            _ => None,
        });
        Some(spf)
    }
}

impl Dmarc {
    const SHAPE: Shape = Shape { what: "`dmarc`", example: "`dmarc = { policy = \"…\" }`" };

    fn read(span: Range<usize>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let before = problems.count();
        let mut table = Table::open(Self::SHAPE, "dmarc", node, problems)?;
        let mut dmarc = Self {
            span,
            sound: true,
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
        dmarc.sound = problems.count() == before;
        Some(dmarc)
    }
}

impl Selector {
    const SHAPE: Shape = Shape {
        what: "a DKIM selector",
        example: "`{ key-file = \"…\" }`, `{ cname = \"…\" }`, `{ present = true }` or `{ revoked = true }`",
    };

    fn read(name: &At<String>, node: Node<'_>, problems: &Problems) -> Option<Self> {
        let mut table = Table::open(Self::SHAPE, &name.value, node, problems)?;
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
