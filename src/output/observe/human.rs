//! `observe` for people.

use crate::observed::delivery::{Delivery, Standing};
use crate::observed::trace::{Certainty, Source};
use crate::output::columns::{line_width, wrap};
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{ERROR, GOOD, INFO, STRONG, WARNING, paint};
use crate::output::words::{count, indented};

/// The message, where it came from, and how that stands.
pub fn human(delivery: &Delivery) -> String {
    let mut text = from(delivery);
    for finding in &delivery.findings {
        let (style, word) = match finding.standing {
            Standing::Matches => (GOOD, "as declared:"),
            Standing::Differs => (ERROR, "differs:"),
            Standing::Unknown => (WARNING, "cannot tell:"),
            Standing::Note => (INFO, "note:"),
        };
        text += &remark("", style, word, &finding.text);
    }
    let (style, end) = match delivery.standing() {
        Standing::Matches | Standing::Note => (GOOD, "this message left as declared"),
        Standing::Differs => (ERROR, "this message did not leave as declared"),
        Standing::Unknown => (WARNING, "whether this message left as declared cannot be told"),
    };
    text + &format!("\n{}\n", paint(style, end))
}

fn from(delivery: &Delivery) -> String {
    let trace = &delivery.trace;
    let shown =
        |text: &Option<String>| text.as_deref().map_or("not known".to_owned(), |text| printable(text).into_owned());
    let mut text = match trace.origin() {
        Some(origin) => format!("{}\n", paint(STRONG, &format!("from {}", origin.address))),
        None => format!("{}\n", paint(STRONG, "where it came from is not known")),
    };
    text += &why(delivery);
    text += &format!(
        "  greeted as {}, envelope sender in {}, author in {}\n",
        shown(&trace.helo),
        shown(&trace.envelope),
        shown(&trace.author)
    );
    let behind = trace.front_door.map_or(0, |door| trace.hops.len().saturating_sub(door + 1));
    if behind > 0 {
        text += &format!(
            "  {} below that {} not gone by: whoever sent the message could have written anything there\n",
            count(behind, "`Received` line"),
            if behind == 1 { "is" } else { "are" }
        );
    }
    if trace.disregarded > 0 {
        text += &format!(
            "  {} with results not gone by: nothing shows that the recipient's system wrote {}\n",
            count(trace.disregarded, "line"),
            if trace.disregarded == 1 { "it" } else { "them" }
        );
    }
    text + "\n"
}

/// By which line the address is known, and how sure that is.
fn why(delivery: &Delivery) -> String {
    let trace = &delivery.trace;
    let Some(origin) = trace.origin() else {
        return "  no `Received` line names an address of the internet: take the message from the recipient's mailbox, with all \
                its headers; a copy from the sender's own folder has none\n"
            .to_owned();
    };
    let same = trace.origins.iter().filter(|other| other.address == origin.address);
    let fields: Vec<&str> = same.map(|other| other.source.field()).collect();
    let by = trace.door().and_then(|door| door.by.as_ref()).map(|by| format!(", taken in by {by}")).unwrap_or_default();
    let sure = match origin.certainty {
        Certainty::Certain => "certain: the recipient's own lines agree",
        Certainty::Likely => "likely: one line of the recipient's system says so",
        Certainty::Guess => "a guess: nothing tells where the recipient's system begins",
    };
    let mut text = indented("  ", wrap(&format!("by {}{by}; {sure}", fields.join(", ")), line_width() - 2));
    for other in trace.origins.iter().filter(|other| other.address != origin.address) {
        let why =
            if other.source == Source::Received { ": a filter or a relay of the recipient's, it may be" } else { "" };
        text += &format!("  {} has {}{why}\n", other.source.field(), other.address);
    }
    text
}
