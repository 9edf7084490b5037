//! What a reader does with the page: filters it, follows its links, reads it without a mouse or without scripts.

use mailvouch::lint::{Report, Severity};
use serde_json::json;

use super::browser::Browser;
use super::page::{page, report};
use super::world::{sound, warned};

const DESKTOP: (u32, u32) = (1280, 900);

/// Three domains: errors, a warning, nothing.
async fn three() -> String {
    page(&[sound().await, report().await, warned().await])
}

/// The domains that can be seen, and how many findings of each.
const SEEN: &str = "return [...document.querySelectorAll('details.domain')].filter(one => one.checkVisibility())
    .map(one => one.dataset.domain + ' ' + [...one.querySelectorAll('article.finding')]
        .filter(found => !found.hidden).length).join(', ')";
const TOLD: &str = "return document.querySelector('output').textContent";

#[tokio::test]
async fn the_filter_narrows_by_severity_domain_and_rule() {
    let (worst, warned, sound) = (report().await, warned().await, sound().await);
    let of = |report: &Report, severity| report.count(severity);
    let all = |report: &Report| report.diagnostics.len();
    assert!([&worst, &warned, &sound].iter().all(|report| of(report, Severity::Info) > 0), "infos to be hidden");
    let total = all(&worst) + all(&warned) + all(&sound);
    let whole = format!("example.com {}, b.example.org {}, a.example.org {}", all(&worst), all(&warned), all(&sound));
    let browser = Browser::open(&page(&[sound.clone(), worst.clone(), warned.clone()]), DESKTOP);
    assert_eq!(browser.text(SEEN), whole);
    assert_eq!(browser.text(TOLD), format!("{total} of {total} findings, in 3 of 3 domains"));

    browser.click("input[value=info]");
    let bad = |report: &Report| of(report, Severity::Error) + of(report, Severity::Warning);
    let some = [("example.com", bad(&worst)), ("b.example.org", bad(&warned)), ("a.example.org", bad(&sound))];
    let some = some.iter().filter(|(_, number)| *number > 0).map(|(name, number)| format!("{name} {number}"));
    assert_eq!(browser.text(SEEN), some.collect::<Vec<_>>().join(", "));
    browser.click("input[value=warning]");
    let errors = of(&worst, Severity::Error);
    assert_eq!(browser.text(SEEN), format!("example.com {errors}"));
    assert_eq!(browser.text(TOLD), format!("{errors} of {total} findings, in 1 of 3 domains"));
    browser.click("button[type=reset]");
    assert_eq!(browser.text(SEEN), whole);

    browser.keys("input[name=domain]", "EXAMPLE.org");
    let seen = format!("b.example.org {}, a.example.org {}", all(&warned), all(&sound));
    assert_eq!(browser.text(SEEN), seen);
    browser.keys("input[name=domain]", "x");
    assert_eq!(browser.text(TOLD), format!("0 of {total} findings, in 0 of 3 domains"));
    browser.click("button[type=reset]");

    browser.keys("select[name=rule]", "spf-all-neutral");
    assert_eq!(browser.text(SEEN), "b.example.org 1");
    browser.keys("input[name=domain]", "a.example");
    assert_eq!(browser.text(SEEN), "");
    browser.click("button[type=reset]");
    assert_eq!(browser.text(SEEN), whole);
    assert_eq!(browser.console(), [""; 0]);
}

#[tokio::test]
async fn a_link_leads_to_what_is_folded_away_or_filtered_out() {
    let browser = Browser::open(&three().await, DESKTOP);
    browser.click("button[name=unfold]");
    assert_eq!(browser.run("return document.querySelectorAll('details.domain[open]').length"), 0);
    browser.run("location.hash = '#d1-0'");
    let reached = "return document.getElementById('d1-0').checkVisibility()";
    assert_eq!(browser.run(reached), true);
    browser.keys("input[name=domain]", "nothing");
    assert_eq!(browser.run(reached), false);
    browser.run("location.hash = '#d0-0'");
    assert_eq!(browser.run("return document.getElementById('d0-0').checkVisibility()"), true);
    assert_eq!(browser.console(), [""; 0]);
}

#[tokio::test]
async fn what_can_be_pasted_can_be_copied_to_the_letter() {
    let browser = Browser::open(&page(&[report().await]), DESKTOP);
    browser.run("navigator.clipboard.writeText = async (text) => { document.body.dataset.copied = text; }");
    browser.click("pre.ins .copy");
    let copied = browser.text("return document.body.dataset.copied");
    assert_eq!(copied, "v=spf1 include:_spf.example.com -all");
    assert_eq!(browser.text("return document.querySelector('.copy').textContent"), "Copied");
}

#[tokio::test]
async fn it_is_worked_by_keyboard() {
    let browser = Browser::open(&three().await, DESKTOP);
    let tab = "\u{e004}";
    let at = "const at = document.activeElement; return at.name || at.className || at.localName";
    browser.keys("body", tab);
    assert_eq!(browser.text(at), "skip");
    let mut met = Vec::new();
    for _ in 0..40 {
        browser.keys(":focus", tab);
        met.push(browser.text(at));
        let outlined = "return getComputedStyle(document.activeElement).outlineStyle !== 'none'";
        assert_eq!(browser.run(outlined), true, "{met:?}");
    }
    for wanted in ["severity", "domain", "rule", "unfold", "summary"] {
        assert!(met.iter().any(|name| name == wanted), "{wanted} is not met: {met:?}");
    }
    // A fold is opened and closed by a key.
    let fold = "details.domain:last-of-type > summary";
    let open = "return document.querySelector('details.domain:last-of-type').open";
    let before = browser.run(open);
    browser.keys(fold, "\u{e007}");
    assert_ne!(browser.run(open), before);
}

#[tokio::test]
async fn without_scripts_all_of_it_can_be_read() {
    let browser = Browser::start(DESKTOP);
    browser.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.load(&three().await);
    assert_eq!(browser.run("return document.querySelector('form').checkVisibility()"), false);
    for open in [false, true] {
        browser.click("details.domain:last-of-type > summary");
        assert_eq!(browser.run("return document.querySelector('details.domain:last-of-type').open"), open);
    }
    let findings = "return [...document.querySelectorAll('article.finding')].every(one => one.innerText.length > 20)";
    assert_eq!(browser.run(findings), true);
}

#[tokio::test]
async fn in_print_nothing_is_folded_and_nothing_is_to_click() {
    let browser = Browser::open(&three().await, DESKTOP);
    browser.devtools("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    let folded = "return [...document.querySelectorAll('details:not([open]) .tree, details:not([open]) .ways')].length";
    assert!(browser.run(folded).as_u64() > Some(0));
    let unseen = "return [...document.querySelectorAll('.tree, .ways, .records, article.finding')]
        .filter(one => one.getBoundingClientRect().height === 0).length";
    assert_eq!(browser.run(unseen), 0);
    let controls = "return [...document.querySelectorAll('form, button, .skip')].some(one => one.checkVisibility())";
    assert_eq!(browser.run(controls), false);
    let pdf = browser.devtools("Page.printToPDF", &json!({ "printBackground": true }));
    assert!(pdf["data"].as_str().is_some_and(|data| data.starts_with("JVBERi")), "no PDF");
}
