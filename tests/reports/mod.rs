//! Reports for pipelines, read by what reads them there: schemas, parsers and renderers of others.

mod github;
mod junit;
pub(crate) mod markdown;
mod plans;
mod sarif;

use mailvouch::lint::Report;

use crate::output::{COM, Case, zone};

pub(crate) const DECLARATION: &str = r#"version = 1
[egress.hq]
addresses = ["203.0.113.10"]
[domains."example.com"]
egress = ["hq"]
spf = { all = "fail" }
dmarc = { policy = "reject" }
"#;

/// What is declared, found and mended in every way there is: errors and warnings, with fixes and without.
async fn broken() -> Report {
    let records = "@ TXT \"token=1\"\n@ TXT \"v=spf1 ip4:192.0.2.256 include:_spf.example.com ~all\"\n\
                   _spf TXT \"v=spf1 ip4:203.0.113.0/28 ?all\"\n_dmarc TXT \"v=DMARC1; p=nonee\"";
    Case::zones(&[&zone(records), COM]).declared(DECLARATION).report("example.com").await
}

/// The same without a declaration.
async fn undeclared() -> Report {
    Case::zones(&[&zone("@ TXT \"v=spf1 ip4:203.0.113.10 +all\""), COM]).report("example.com").await
}

/// Nothing could be looked up.
async fn unknown() -> Report {
    Case::zones(&["$ORIGIN example.org.\n@ 300 SOA ns host 1 2 3 4 5\n"]).report("example.com").await
}

/// Each format has a way to say more than its writer meant: text of others that tries all of them.
const HOSTILE: [&str; 22] = [
    "\n::error::owned",
    "\r\n::set-env name=PATH::owned",
    "##[add-mask]owned",
    "%0A::error::owned",
    "x,title=owned::owned",
    "<script>owned()</script>",
    "</details><img src=x onerror=owned()>",
    "<!-- owned",
    "-->",
    "`owned`",
    "```\n# owned\n```",
    "[owned](https://owned.example)",
    "![owned](https://owned.example/x.png)",
    "https://owned.example www.owned.example owned@owned.example",
    "@owned #1 owned/owned#1 !1 ~owned",
    "/close\n/approve",
    "| owned | owned |",
    "**owned** __owned__ ~~owned~~ $owned$",
    "]]><owned/>",
    "&lt;owned&gt; &#64;owned",
    "\u{202e}owned\u{2066}",
    "\u{1b}[31mowned\u{0}\u{7}\u{200b}\u{2028}",
];

/// A report each of whose records and sentences says `text`.
async fn saying(text: &str) -> Report {
    let in_dns: String = text.bytes().map(|byte| format!("\\{byte:03}")).collect::<Vec<_>>().concat();
    let records = format!(
        "@ TXT \"v=spf1 {in_dns} include:_spf.example.com ~all\"\n@ TXT \"{in_dns}\"\n_spf TXT \"v=spf1 {in_dns} ?all\"\n\
         s1._domainkey TXT \"v=DKIM1; n={in_dns}; p={in_dns}\"\n_dmarc TXT \"v=DMARC1; p=none; rua={in_dns}; x={in_dns}\""
    );
    // A comment cannot hold plain controls: those are not TOML.
    let comment: String = text.chars().filter(|char| !char.is_ascii_control()).collect();
    let declaration = DECLARATION.replace("spf = {", &format!("# {comment}\nspf = {{"));
    let case = Case::zones(&[&zone(&records), COM]).declared(&declaration).selector("s1");
    let mut report = case.report("example.com").await;
    assert!(report.diagnostics.len() > 3, "{text}");
    // Half of the findings as they are, half with the text where the program's own words would be.
    for found in report.diagnostics.iter_mut().step_by(2) {
        found.message = format!("say {text} twice: {text}");
        found.help = Some(format!("do {text}"));
        found.labels.iter_mut().for_each(|label| text.clone_into(&mut label.note));
    }
    report
}
