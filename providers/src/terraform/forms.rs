//! How each resource writes a text, and how a literal of HCL is written.

use crate::dns::{Rdata, Txt};

/// A resource that holds records.
pub(super) struct Resource {
    pub(super) name: &'static str,
    /// The attribute with the owner.
    pub(super) owner: &'static str,
    /// The attribute with the data, or the nested block that has it in `value`.
    pub(super) data: &'static str,
    pub(super) holds: Holds,
    pub(super) form: Form,
    /// The attributes that say where: they are copied from a resource beside it.
    pub(super) place: &'static [&'static str],
    /// Whether the owner is written with a dot at its end.
    pub(super) dotted: bool,
    /// Whether the owner is written without the zone.
    pub(super) relative: bool,
}

/// How many values a resource has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A list of them.
    List,
    /// One; each value is a resource of its own.
    One,
    /// A nested block for each.
    Blocks,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is; the provider cuts it.
    Plain,
    /// Each string in quotes, with blanks between them.
    Quoted,
    /// Without the quotes around the whole, and `""` between the strings.
    Inner,
}

const CLOUDFLARE: Resource = Resource {
    name: "cloudflare_dns_record",
    owner: "name",
    data: "content",
    holds: Holds::One,
    form: Form::Quoted,
    place: &["zone_id"],
    dotted: false,
    relative: false,
};

/// The resources that are known, each as its page in the registry of Terraform has it: `route53_record.html` (a value of
/// over 255 characters has `\"\"` in it), `dns_record_set` (texts in `\"…\"`), `dns_record` and `record` of Cloudflare
/// (quoted strings, as its API has them), `dns_txt_record` of azurerm and `record` of DigitalOcean (the text itself).
pub(super) const RESOURCES: [Resource; 6] = [
    Resource {
        name: "aws_route53_record",
        owner: "name",
        data: "records",
        holds: Holds::List,
        form: Form::Inner,
        place: &["zone_id"],
        dotted: false,
        relative: false,
    },
    Resource {
        name: "google_dns_record_set",
        owner: "name",
        data: "rrdatas",
        holds: Holds::List,
        form: Form::Quoted,
        place: &["managed_zone", "project"],
        dotted: true,
        relative: false,
    },
    CLOUDFLARE,
    // Its name before the fifth version of its provider.
    Resource { name: "cloudflare_record", ..CLOUDFLARE },
    Resource {
        name: "azurerm_dns_txt_record",
        owner: "name",
        data: "record",
        holds: Holds::Blocks,
        form: Form::Plain,
        place: &["zone_name", "resource_group_name"],
        dotted: false,
        relative: true,
    },
    Resource {
        name: "digitalocean_record",
        owner: "name",
        data: "value",
        holds: Holds::One,
        form: Form::Plain,
        place: &["domain"],
        dotted: false,
        relative: true,
    },
];

/// A value as a resource has it.
pub(super) fn value(rdata: &Rdata, form: Form, dotted: bool) -> Option<String> {
    match rdata {
        Rdata::Txt(txt) => text(txt, form),
        Rdata::Cname(name) if !dotted => Some(name.to_string()),
        Rdata::Cname(name) => Some(name.absolute()),
        Rdata::Mx { preference, exchange } => Some(format!("{preference} {}", exchange.absolute())),
        other => Some(other.to_string()),
    }
}

fn text(txt: &Txt, form: Form) -> Option<String> {
    let quoted = txt.to_string();
    match form {
        Form::Plain => String::from_utf8(txt.joined()).ok(),
        Form::Quoted => Some(quoted),
        Form::Inner => Some(quoted[1..quoted.len() - 1].replace("\" \"", "\"\"")),
    }
}

/// In which form a literal says this; none where it says something else.
pub(super) fn form_of(literal: &str, rdata: &Rdata) -> Option<Form> {
    let Rdata::Txt(txt) = rdata else {
        // With the dot at the end of a name, or without it.
        let bare = |text: &str| text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        return value(rdata, Form::Plain, true).is_some_and(|text| bare(&text) == bare(literal)).then_some(Form::Plain);
    };
    let joined = txt.joined();
    // Cut where it may be: hosts cut as they like, and the text is what counts.
    let strings = |presentation: &str| {
        let spaced = apart(presentation);
        Rdata::parse(rdata.rtype(), &spaced).ok().and_then(|rdata| rdata.as_txt().map(Txt::joined))
    };
    if literal.starts_with('"') && literal.ends_with('"') && literal.len() > 1 {
        return (strings(literal).as_ref() == Some(&joined)).then_some(Form::Quoted);
    }
    if literal.contains("\"\"") || literal.contains("\\\"") {
        return (strings(&format!("\"{literal}\"")).as_ref() == Some(&joined)).then_some(Form::Inner);
    }
    (literal.as_bytes() == joined).then_some(Form::Plain)
}

/// Strings in quotes with a blank between two that stand against each other. A quote behind a backslash ends none.
fn apart(presentation: &str) -> String {
    let (mut spaced, mut inside, mut escaped) = (String::new(), false, false);
    for char in presentation.chars() {
        if char == '"' && !escaped {
            inside = !inside;
            if inside && spaced.ends_with('"') {
                spaced.push(' ');
            }
        }
        escaped = char == '\\' && !escaped;
        spaced.push(char);
    }
    spaced
}

/// A literal of HCL (HCL native syntax, "Template Expressions"): `${` and `%{` would be templates.
pub(super) fn written(text: &str) -> String {
    let mut literal = String::from('"');
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' | '\\' => literal.extend(['\\', char]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => literal.extend([char, char]),
            _ if char.is_control() => literal.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => literal.push(char),
        }
    }
    literal + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::RrType;

    #[test]
    fn a_text_is_found_in_each_form_and_written_in_it() {
        let long = format!("v=DKIM1; p={}", "A".repeat(400));
        for text in ["v=spf1 -all", "say \"hi\"", long.as_str()] {
            let rdata = Rdata::Txt(Txt::from_text(text.as_bytes()));
            for form in [Form::Plain, Form::Quoted, Form::Inner] {
                let value = value(&rdata, form, false).expect("a value");
                let found = form_of(&value, &rdata);
                // A short text is the same with quotes inside and without.
                let same = form == Form::Inner && value == text && found == Some(Form::Plain);
                assert!(found == Some(form) || same, "{text} {form:?} {found:?}");
            }
            assert_eq!(form_of("something else", &rdata), None);
        }
        assert_eq!(written("exists:%{i}._spf ${x} \"\""), "\"exists:%%{i}._spf $${x} \\\"\\\"\"");
        let alias = Rdata::parse(RrType::CNAME, "key.example.net.").expect("data");
        assert_eq!(form_of("key.example.net", &alias), Some(Form::Plain));
    }
}
