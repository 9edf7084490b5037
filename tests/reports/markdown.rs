//! Markdown, rendered as forges render it.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, markdown_to_html, parse_document};
use mailvouch::lint::Report;
use mailvouch::output::markdown;

use super::{HOSTILE, broken, saying, undeclared, unknown};
use crate::support::snapshots;

/// GitHub's dialect, with everything on that could make more of a text than text.
pub(super) fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    (extension.table, extension.strikethrough, extension.autolink) = (true, true, true);
    (extension.tasklist, extension.footnotes) = (true, true);
    (extension.math_dollars, extension.math_code, extension.alerts) = (true, true, true);
    // What HTML there is has to be seen.
    options.render.r#unsafe = true;
    options
}

/// The pieces of HTML that a report of ours is made of.
fn is_ours(html: &str) -> bool {
    let html = html.trim();
    let title = html.strip_prefix("<details><summary>").or(html.strip_prefix("<details open><summary>"));
    let title = title.and_then(|rest| rest.strip_suffix("</summary>"));
    let is_title = title.is_some_and(|title| {
        let bare = title.strip_prefix("<b>").and_then(|rest| rest.split_once("</b>"));
        bare.map_or_else(|| !title.contains('<'), |(name, rest)| !name.contains('<') && !rest.contains('<'))
    });
    is_title || ["<!-- mailvouch -->", "</details>", "<br>"].contains(&html)
}

/// Nothing in it is a link, an image, HTML of others, a mention, or a command of a forge.
pub(crate) fn assert_inert(text: &str) {
    assert!(text.starts_with("<!-- mailvouch -->\n"), "{text}");
    assert!(text.len() <= 60_000, "{} octets", text.len());
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{2028}', '\u{0}', '\r']), "{text:?}");
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    for node in root.descendants() {
        let value = &node.data.borrow().value;
        match value {
            NodeValue::HtmlBlock(block) => assert!(block.literal.lines().all(is_ours), "{:?} in {text}", block.literal),
            NodeValue::HtmlInline(html) => assert!(is_ours(html), "{html:?} in {text}"),
            NodeValue::Text(words) => {
                // What forges look for once Markdown is read; a space without width keeps them off.
                let chars: Vec<char> = words.chars().collect();
                for pair in chars.windows(2) {
                    let reaches = "@#!~$".contains(pair[0]) && (pair[1].is_alphanumeric() || pair[1] == '"');
                    assert!(!reaches, "{words:?} in {text}");
                }
                assert!(!words.contains("://") && !words.contains("www.o"), "{words:?} in {text}");
            }
            NodeValue::Document
            | NodeValue::Heading(_)
            | NodeValue::Paragraph
            | NodeValue::Strong
            | NodeValue::Emph
            | NodeValue::Code(_)
            | NodeValue::CodeBlock(_)
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::Table(_)
            | NodeValue::TableRow(_)
            | NodeValue::TableCell
            | NodeValue::SoftBreak
            | NodeValue::LineBreak => {}
            other => panic!("{other:?} in {text}"),
        }
    }
    // Commands of a forge stand at the beginning of a line that is no code.
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        match fence {
            Some(open) if line == open => fence = None,
            None if line.starts_with("```") => fence = Some(line.trim_end_matches(char::is_alphabetic)),
            None => assert!(!line.starts_with('/'), "{line} in {text}"),
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "an open fence in {text}");
}

#[tokio::test]
async fn a_comment_reads_well() {
    let _snapshots = snapshots("reports");
    let text = markdown::document(&[broken().await], &[]);
    insta::assert_snapshot!("comment", text);
    insta::assert_snapshot!("comment-html", markdown_to_html(&text, &options()));
    assert_inert(&text);
}

#[tokio::test]
async fn several_domains_have_a_table_and_are_folded() {
    let text = markdown::document(&[undeclared().await, broken().await, unknown().await], &[]);
    assert_inert(&text);
    assert_eq!(text.matches("<details>").count(), 3);
    assert_eq!(text.matches("| `example.com` |").count(), 3);
    assert!(text.contains("Could not tell, so this is no pass"), "{text}");
    assert_inert(&markdown::document(&[], &[]));
}

#[tokio::test]
async fn however_many_domains_it_fits_and_says_what_is_left_out() {
    let mut reports = Vec::new();
    for _ in 0..200 {
        reports.push(broken().await);
    }
    let text = markdown::document(&reports, &[]);
    assert_inert(&text);
    let each = reports[0].diagnostics.len();
    let shown = text.matches("\n**error** ").count()
        + text.matches("\n**warning** ").count()
        + text.matches("\n**info** ").count();
    assert!(shown > 20, "{shown}");
    assert!(
        text.contains(&format!("**{} more findings, of ", grouped(each * 200 - shown))),
        "{}",
        &text[text.len() - 500..]
    );
    // One finding too large for any comment.
    let mut huge = broken().await;
    huge.diagnostics[0].message = "x".repeat(70_000);
    let text = markdown::document(&[huge], &[]);
    assert_inert(&text);
    assert!(text.contains("would not fit"), "{text}");
}

fn grouped(number: usize) -> String {
    let text = number.to_string();
    let (head, tail) = text.split_at(text.len().saturating_sub(3));
    if head.is_empty() { tail.to_owned() } else { format!("{head},{tail}") }
}

#[tokio::test]
async fn no_text_of_others_is_markup() {
    for text in HOSTILE {
        let report: Report = saying(text).await;
        let written = markdown::document(std::slice::from_ref(&report), &[]);
        assert_inert(&written);
        let findings = written.matches("\n**error** ").count()
            + written.matches("\n**warning** ").count()
            + written.matches("\n**info** ").count();
        assert_eq!(findings, report.diagnostics.len(), "{written}");
    }
}
