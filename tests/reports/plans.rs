//! Plans as Markdown.

use comrak::markdown_to_html;
use mailvouch::declared::Guard;
use mailvouch::output::markdown;
use mailvouch::plan::{Advice, Guarded, Plan, Step};
use mailvouch_providers::Value;
use mailvouch_providers::dns::{Name, Rdata, Txt};

use super::HOSTILE;
use super::markdown::{assert_inert, options};
use crate::output::changes::{memory, planned};
use crate::support::snapshots;

#[tokio::test]
async fn a_plan_reads_well() {
    let _snapshots = snapshots("reports");
    let text = markdown::plan(&planned(&memory()).await);
    insta::assert_snapshot!("plan", text);
    insta::assert_snapshot!("plan-html", markdown_to_html(&text, &options()));
    assert_inert(&text);
}

#[test]
fn a_plan_of_nothing_says_so() {
    let text = markdown::plan(&Plan::new(Vec::new(), Vec::new()));
    assert_inert(&text);
    assert!(text.contains("nothing to change"), "{text}");
}

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

/// A step that adds these values, and says `text` wherever it can.
fn step(owner: &str, values: &[String], text: &str) -> Step {
    let value = |value: &String| Value::new(Rdata::Txt(Txt::from_text(value.as_bytes())), 60);
    let values: Vec<Value> = values.iter().map(value).collect();
    let guard = Guarded { guard: Guard::ALL[0], why: text.to_owned(), domain: None, allowed: None };
    let allowed = Guarded { allowed: Some(text.to_owned()), domain: Some(name("b.example")), ..guard.clone() };
    Step {
        domain: name("example.com"),
        provider: Some(text.to_owned()),
        zone: None,
        owner: name(owner),
        remove: Vec::new(),
        add: values.clone(),
        before: Vec::new(),
        after: values,
        rules: vec![text.to_owned()],
        guards: vec![guard, allowed],
        waits: None,
        notes: vec![text.to_owned()],
        source: Vec::new(),
    }
}

fn advice(text: &str) -> Advice {
    let domain = name("example.com");
    let (rule, severity, message) = (text.to_owned(), text.to_owned(), text.to_owned());
    Advice { domain, rule, severity, message, help: Some(text.to_owned()), held: Some(text.to_owned()) }
}

#[test]
fn no_text_of_others_is_markup() {
    for text in HOSTILE {
        let plan = Plan::new(vec![step("example.com", &[text.to_owned()], text)], vec![advice(text), advice(text)]);
        assert_inert(&markdown::plan(&plan));
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let long = |number: usize| step(&format!("n{number}.example.com"), &["x".repeat(20_000)], "a");
    let text = markdown::plan(&Plan::new((0..5).map(long).collect(), vec![advice("a")]));
    assert_inert(&text);
    assert_eq!(text.matches("too long to be shown here").count(), 3, "{text}");
    // Each step is at least named, until there is no room for names either.
    let many = (0..5000).map(|number| step(&format!("n{number}.example.com"), &["x".to_owned()], "a"));
    let text = markdown::plan(&Plan::new(many.collect(), vec![advice("a")]));
    assert_inert(&text);
    assert!(text.contains(" changes are not shown here**"), "{}", &text[text.len() - 600..]);
    assert!(text.contains("### mailvouch: 5,000 changes"), "{text}");
}
