//! What stands in the page, read as text.

use mailvouch::lint::Report;
use mailvouch::output::html;

use crate::output::{COM, Case, zone};

pub(super) const DECLARATION: &str = r#"version = 1
[egress.hq]
addresses = ["203.0.113.10"]
[domains."example.com"]
egress = ["hq"]
spf = { all = "fail" }
dmarc = { policy = "reject" }
"#;

/// An error with a fix, a warning, and a tree with an include.
pub(super) async fn report() -> Report {
    let records = "@ TXT \"token=1\"\n@ TXT \"v=spf1 include:_spf.example.com ~all\"\n_spf TXT \"v=spf1 ip4:203.0.113.0/28 -all\"\n_dmarc TXT \"v=DMARC1; p=none\"";
    Case::zones(&[&zone(records), COM]).declared(DECLARATION).report("example.com").await
}

pub(super) fn page(reports: &[Report]) -> String {
    html::document(reports, &[]).expect("it can be written")
}

/// How often a piece of text stands in another.
fn times(text: &str, piece: &str) -> usize {
    text.matches(piece).count()
}

#[tokio::test]
async fn the_page_is_one_file_that_asks_for_nothing() {
    let text = page(&[report().await]);
    assert!(text.starts_with("<!doctype html>"), "{text}");
    for word in [" src=", "@import", "url(", "<iframe", "<object", "<form action", " style=", " onclick", "javascript:"]
    {
        assert_eq!(times(&text, word), 0, "{word}");
    }
    // The only address is that of the icon, which is empty.
    let addresses: Vec<&str> = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(addresses.iter().all(|address| address.starts_with('#') || *address == "data:,"), "{addresses:?}");
    assert_eq!((times(&text, "<script"), times(&text, "<style")), (1, 1));
}

#[tokio::test]
async fn every_link_leads_somewhere_and_no_name_is_given_twice() {
    let text = page(&[report().await, report().await]);
    let mut names: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let links = text.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for link in links {
        assert!(names.contains(&link), "{link} is not there");
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[tokio::test]
async fn the_same_reports_give_the_same_page() {
    assert_eq!(page(&[report().await]), page(&[report().await]));
}

#[tokio::test]
async fn the_worst_comes_first() {
    let sound =
        "@ TXT \"v=spf1 ip4:203.0.113.10 -all\"\n@ MX 10 mail\nmail A 203.0.113.10\n_dmarc TXT \"v=DMARC1; p=reject\"";
    let sound = Case::zones(&[
        &zone(sound).replace("example.com.", "a.example.org."),
        "$ORIGIN org.\n@ 300 SOA ns host 1 2 3 4 5\n",
    ]);
    let text = page(&[sound.report("a.example.org").await, report().await]);
    let at = |piece: &str| text.find(piece).unwrap_or_else(|| panic!("{piece} is not there\n{text}"));
    assert!(at("id=\"d0\" data-domain=\"example.com\"") < at("data-domain=\"a.example.org\""));
    assert!(at("data-severity=\"error\"") < at("data-severity=\"warning\""));
    assert!(at("1 of 2 domains fails") < at("What to do next"));
    assert!(at("What to do next") < at("id=\"d0\""));
}

#[tokio::test]
async fn no_report_is_a_page_too() {
    let text = page(&[]);
    assert!(text.contains("no domain was looked at"), "{text}");
}

#[tokio::test]
async fn the_records_are_underlined_where_findings_are_about_them() {
    let report = report().await;
    let text = page(std::slice::from_ref(&report));
    assert!(text.contains("include:_spf.example.com <a class=\"mark primary\" href=\"#d0-"), "{text}");
    assert!(text.contains("<mark class=\"primary\">p=none</mark>"), "{text}");
    // The tree: the included record's term hangs below the include.
    let tree = text.split("<ul class=\"tree\">").nth(1).expect("a tree").split("</details>").next().expect("its end");
    let tree = tree.trim_end().strip_suffix("</ul>").expect("the end of the list");
    let (include, below) = tree.split_once("<ul>").expect("a branch");
    assert!(include.contains("include:_spf.example.com") && below.contains("ip4:203.0.113.0/28"), "{tree}");
    assert_eq!((times(tree, "<ul>"), times(tree, "<li")), (times(tree, "</ul>"), times(tree, "</li>")), "{tree}");
}

#[test]
fn no_template_passes_a_value_by_unescaped() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/output/html");
    let mut unescaped = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "html") {
            let text = std::fs::read_to_string(&path).expect("a template");
            let values = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
            unescaped.extend(values.filter(|value| value.contains('|')).map(|value| value.trim().to_owned()));
        }
    }
    // The own style of both pages, and the script of one, which are no one else's text.
    unescaped.sort();
    assert_eq!(unescaped, ["script|safe", "style|safe", "style|safe"]);
}

/// The text between two pieces, the first time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("{start} is not there")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("{end} is not there")).0
}

#[tokio::test]
async fn what_many_domains_include_is_drawn_once() {
    let records = "@ TXT \"v=spf1 include:_spf.example.com ~all\"\n\
                   _spf TXT \"v=spf1 include:_a.example.com ip4:62.8.1.0/24 -all\"\n\
                   _a TXT \"v=spf1 ip4:62.8.2.0/24 ip6:2600::/32 -all\"";
    let report = Case::zones(&[&zone(records), COM]).report("example.com").await;
    let drawn = "<code>ip4:62.8.2.0/24</code> <span";
    let few = page(&[report.clone(), report.clone(), report.clone()]);
    assert_eq!((times(&few, drawn), times(&few, "class=\"more shared\"")), (3, 0));
    let many = page(&vec![report; 5]);
    assert_eq!((times(&many, drawn), times(&many, "class=\"more shared\"")), (1, 1));
    assert_eq!(times(&many, "<a href=\"#s0\">its 6 terms</a>"), 5);
    assert!(
        between(&many, "id=\"s0\"", "</summary>")
            .contains("_spf.example.com</code> <span class=\"count\">included by 5 domains")
    );
    // Every list that begins ends, where a branch is cut off and where it is drawn.
    for tree in many.split("<ul class=\"tree\">").skip(1) {
        let tree = tree.split("</details>").next().expect("its end");
        let opened = 1 + times(tree, "<ul>");
        assert_eq!((opened, times(tree, "<li")), (times(tree, "</ul>"), times(tree, "</li>")), "{tree}");
    }
}
