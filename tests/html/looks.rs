//! What the page looks like, in numbers: how it fits a phone, how dark its letters are, what a screen reader is told.

use serde_json::{Value, json};

use super::browser::Browser;
use super::page::{page, report};
use super::world::{sound, warned};

async fn all_unfolded((width, height): (u32, u32)) -> Browser {
    let browser = Browser::open(&page(&[report().await, sound().await, warned().await]), (width, height));
    browser.run("document.querySelectorAll('details').forEach(one => { one.open = true; })");
    browser
}

#[tokio::test]
async fn nothing_stands_out_of_a_phone() {
    let browser = all_unfolded((390, 844)).await;
    assert_eq!(browser.run("return document.scrollingElement.scrollWidth <= innerWidth"), true);
    let cut = "return [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() && !one.closest('.skip, .word')
        && one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 80))";
    assert_eq!(browser.run(cut), json!([]));
}

/// Every text against what is behind it, as WCAG 2.2 has it (1.4.3): the ratios below 4.5.
const FAINT: &str = r"
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const read = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data]; };
    const light = (colour) => colour.slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => { for (let at = element; at; at = at.parentElement) {
        const colour = read(getComputedStyle(at).backgroundColor); if (colour[3] === 255) return colour; }
        return [255, 255, 255]; };
    const faint = new Set(); let seen = 0;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest('script, option')) continue;
        const [one, other] = [light(read(getComputedStyle(element).color)), light(behind(element))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        seen += 1;
        if (ratio < 4.5) faint.add(`${element.localName}.${element.className}: ${ratio.toFixed(2)}`);
    }
    return { seen, faint: [...faint] };";

#[tokio::test]
async fn every_letter_can_be_read_by_day_and_by_night() {
    let browser = all_unfolded((1280, 900)).await;
    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.devtools("Emulation.setEmulatedMedia", &feature);
        let read = browser.run(FAINT);
        assert!(read["seen"].as_u64() > Some(100), "{read}");
        assert_eq!(read["faint"], json!([]), "{scheme}");
        papers.push(browser.text("return getComputedStyle(document.documentElement).backgroundColor"));
    }
    assert_ne!(papers[0], papers[1]);
}

#[tokio::test]
async fn a_screen_reader_finds_its_way() {
    let browser = all_unfolded((1280, 900)).await;
    let tree = browser.devtools("Accessibility.getFullAXTree", &json!({}));
    let nodes: Vec<&Value> =
        tree["nodes"].as_array().expect("nodes").iter().filter(|one| one["ignored"] != true).collect();
    let role = |node: &&&Value| node["role"]["value"].as_str().unwrap_or_default().to_owned();
    let name = |node: &Value| node["name"]["value"].as_str().unwrap_or_default().to_owned();
    for landmark in ["banner", "main", "contentinfo", "search", "status"] {
        assert_eq!(nodes.iter().filter(|node| role(node) == landmark).count(), 1, "{landmark}");
    }
    for control in ["checkbox", "searchbox", "combobox", "button", "link", "region"] {
        let found: Vec<_> = nodes.iter().filter(|node| role(node) == control).collect();
        assert!(!found.is_empty(), "no {control}");
        assert!(found.iter().all(|node| !name(node).trim().is_empty()), "a {control} without a name");
    }
    // Headings go down by one at a time.
    let levels =
        browser.run("return [...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.localName[1]))");
    let levels: Vec<u64> = levels.as_array().expect("levels").iter().filter_map(Value::as_u64).collect();
    assert_eq!((levels[0], levels.iter().filter(|level| **level == 1).count()), (1, 1));
    assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{levels:?}");
}
