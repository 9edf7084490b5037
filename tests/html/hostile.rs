//! Text of others that is made to run, to fetch, or to mislead. None of it does.

use std::io::Read as _;
use std::net::TcpListener;

use mailvouch::lint::Report;
use serde_json::json;

use super::browser::Browser;
use super::page::{DECLARATION, page};
use crate::output::{COM, Case, zone};

const DESKTOP: (u32, u32) = (1280, 900);

/// What is in no page that does what its text says.
const SET: &str = "globalThis.owned=1";

/// Texts that would run in a page that does not escape them, or that would turn a line around.
fn texts() -> Vec<String> {
    [
        "<script>SET</script>",
        "</code></pre><script>SET</script>",
        "</style><script>SET</script>",
        "</script><script>SET</script>",
        "\"><img src=x onerror=SET>",
        "' onmouseover='SET' x='",
        "<svg/onload=SET>",
        "<a href=javascript:SET>x</a>",
        "<iframe srcdoc='<script>SET</script>'>",
        "<meta http-equiv=refresh content=0;url=http://127.0.0.1/>",
        "&lt;script&gt;SET&lt;/script&gt;",
        "{{ 7 * 7 }}{% raw %}<!-- ",
        "<details open ontoggle=SET>",
        "\u{202e}\u{2066}evil\u{2069}",
        "\u{1b}[31m\u{0}\u{7}\u{9b}31m\u{200b}\u{feff}\u{2028}",
    ]
    .map(|text| text.replace("SET", SET))
    .to_vec()
}

/// A text as the string of a master file.
fn quoted(text: &str) -> String {
    text.bytes().map(|byte| format!("\\{byte:03}")).collect::<Vec<_>>().concat()
}

/// Every text in every record, and in the declaration's comments and messages.
async fn reports() -> Vec<Report> {
    let mut reports = Vec::new();
    for text in texts() {
        let in_dns = quoted(&text);
        let records = format!(
            "@ TXT \"v=spf1 {in_dns} include:_spf.example.com ~all\"\n@ TXT \"{in_dns}\"\n_spf TXT \"v=spf1 {in_dns} ?all\"\n\
             s1._domainkey TXT \"v=DKIM1; n={in_dns}; p={in_dns}\"\n_dmarc TXT \"v=DMARC1; p=none; rua={in_dns}; x={in_dns}\""
        );
        // A comment cannot hold plain controls: those are not TOML.
        let comment: String = text.chars().filter(|char| !char.is_ascii_control()).collect();
        let declaration =
            DECLARATION.replace("spf = { all = \"fail\" }", &format!("spf = {{ all = \"fail\" }} # {comment}"));
        let case = Case::zones(&[&zone(&records), COM]).declared(&declaration).selector("s1");
        let mut report = case.report("example.com").await;
        assert!(report.diagnostics.len() > 3, "{text}");
        // Also where the program's own words would be.
        for found in report.diagnostics.iter_mut().skip(2) {
            found.message.clone_from(&text);
            found.help = Some(format!("do `{text}`"));
            found.labels.iter_mut().for_each(|label| label.note.clone_from(&text));
        }
        reports.push(report);
    }
    reports
}

/// What a page of ours is made of; anything else came from a record.
const STRANGE: &str = "return [...document.querySelectorAll('*')].filter(one =>
    ['img', 'svg', 'iframe', 'object', 'embed', 'base', 'textarea'].includes(one.localName)
    || [...one.attributes].some(at => at.name.startsWith('on') || /javascript:/i.test(at.value)))
    .map(one => one.outerHTML)";

#[tokio::test]
async fn nothing_in_a_record_runs_or_is_fetched() {
    let browser = Browser::open(&page(&reports().await), DESKTOP);
    browser.run("document.querySelectorAll('details').forEach(one => { one.open = true; })");
    assert_eq!(browser.run("return typeof globalThis.owned"), "undefined");
    assert_eq!(browser.run(STRANGE), json!([]));
    let elements = browser
        .run("return ['script', 'style', 'meta', 'body', 'main'].map(name => document.querySelectorAll(name).length)");
    assert_eq!(elements, json!([1, 1, 7, 1, 1]));
    // A policy that had to stop something would say so here.
    assert_eq!(browser.console(), [""; 0]);
    let asked = browser.requests();
    assert!(asked.iter().any(|url| url.starts_with("file:")), "the log of requests is empty: {asked:?}");
    assert!(
        asked.iter().all(|url| url.starts_with("file:") && url.ends_with("page.html") || url.starts_with("data:")),
        "{asked:?}"
    );
    let fetched = browser
        .run("return performance.getEntriesByType('resource').map(one => one.name).filter(name => name !== 'data:,')");
    assert_eq!(fetched, json!([]));
}

#[tokio::test]
async fn what_cannot_be_seen_is_shown_as_an_escape() {
    let text = page(&reports().await);
    let strange: Vec<char> = text
        .chars()
        .filter(|char| char.is_control() && *char != '\n' || ('\u{200b}'..='\u{200f}').contains(char))
        .chain(
            text.chars()
                .filter(|char| ('\u{2028}'..='\u{202e}').contains(char) || ('\u{2060}'..='\u{206f}').contains(char)),
        )
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    // As octets in a record, as a letter's number in words.
    assert!(text.contains("\\226\\128\\174") && text.contains("\\u{202e}"), "the escapes are not there");
}

/// The policy of the page stops what would get past the escaping: a test of the tests above, which could not fail if
/// nothing ever got to the browser.
#[tokio::test]
async fn the_policy_stops_what_gets_into_the_page() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it does not wait");
    let address = format!("http://{}", listener.local_addr().expect("its address"));
    let injected = format!(
        "<script>{SET}</script><img src={address}/i onerror={SET}><style>body {{ background: url({address}/s) }}</style><script src={address}/j></script><link rel=stylesheet href={address}/c><iframe src={address}/f></iframe><p style='background: url({address}/p)'>x</p>"
    );
    let report = reports().await.remove(0);
    let text = page(&[report]).replacen("<main>", &format!("<main>{injected}"), 1);
    let browser = Browser::open(&text, DESKTOP);
    assert_eq!(browser.run("return typeof globalThis.owned"), "undefined");
    let told = browser.console();
    assert!(told.len() >= 5 && told.iter().all(|line| line.contains("Content Security Policy")), "{told:#?}");
    drop(browser);
    // It connects beforehand where it sees an address; what counts is that it asks for nothing.
    while let Ok((mut stream, _)) = listener.accept() {
        stream.set_nonblocking(false).expect("it waits");
        let mut asked = String::new();
        stream.read_to_string(&mut asked).expect("the end of a connection");
        assert_eq!(asked, "");
    }
}
