//! One message put together: which of its layers is the bounce, what the fields and the words say of each recipient,
//! and what that means.

use std::borrow::Cow;

use super::address;
use super::answer::{goes_on, outcome, refuser, support, without_giving_up};
use super::catalogue::{Direction, Receiver};
use super::code;
use super::doubt::doubts;
use super::evidence::{self, Headers};
use super::fields::{Fields, decoded};
use super::judge::{Facts, judge};
use super::kind::{generator, is_auto_reply, is_from_a_server, other_kind};
use super::mime::{Body, Part};
use super::model::{Bounce, CodeFrom, Form, Kind, Outcome, Report, Returned};
use super::notice;
use super::prose::{collapsed, plain};
use super::receiver::{Refusal, recognised};
use super::reply;
use super::status::{self, Fate};
use super::text::{self, Known, Told};
use super::verdicts::verdicts;

/// How many messages in messages are looked into for the bounce: it may be forwarded, as an attachment of an attachment.
const LAYERS: usize = 8;
/// Reports of one message, and characters of one answer: what is longer is no answer.
const MOST_REPORTS: usize = 1_000;
const MOST_SAID: usize = 4_000;

/// Reads one message.
pub(super) fn bounce(root: &Part) -> Bounce {
    let layer = bounce_layer(root, LAYERS).unwrap_or(Cow::Borrowed(root));
    let layer = layer.as_ref();
    let read = Layer::of(layer);
    let kind = other_kind(layer).filter(|_| read.fates.is_empty());
    let (reports, form) = match kind {
        Some(_) => (Vec::new(), Form::Text),
        None => read.reports(),
    };
    let returned = read.returned();
    let kind = kind.unwrap_or_else(|| read.kind(&reports));
    let reports = if matches!(kind, Kind::AutoReply | Kind::Other) { Vec::new() } else { reports };
    let doubts = if kind == Kind::Bounce { doubts(layer, &reports, &returned) } else { Vec::new() };
    Bounce {
        kind,
        form,
        subject: layer.fields.decoded("Subject"),
        generator: if reports.is_empty() { None } else { generator(&layer.fields, &read.text, &read.status) },
        reports,
        returned,
        doubts,
    }
}

/// The message that tells of the failure: this one, or one that is attached to it.
fn bounce_layer(root: &Part, depth: usize) -> Option<Cow<'_, Part>> {
    let depth = depth.checked_sub(1)?;
    let layer = Layer::of(root);
    if !layer.fates.is_empty() || other_kind(root).is_some() || layer.is_strong() {
        return Some(Cow::Borrowed(root));
    }
    let attached = root.leaves().into_iter().find_map(|leaf| match &leaf.body {
        Body::Message(message) => bounce_layer(message, depth),
        _ => None,
    });
    // A gateway may put the whole bounce into its own text.
    let quoted = || {
        let part = Part::read(layer.quoted.as_bytes()).ok().filter(|part| is_from_a_server(&part.fields))?;
        let inner = bounce_layer(&part, depth)?.into_owned();
        Some(Cow::Owned(inner))
    };
    attached.or_else(quoted).or_else(|| {
        let weak = is_from_a_server(&root.fields) && layer.told.iter().any(|told| told.recipient.is_some());
        weak.then_some(Cow::Borrowed(root))
    })
}

/// A message, read as a bounce.
struct Layer<'a> {
    fields: &'a Fields,
    /// What was written for people, without the copy of the message.
    text: String,
    /// The last copy of a message that stands in the text.
    quoted: String,
    /// The delivery-status fields.
    status: String,
    fates: Vec<Fate>,
    told: Vec<Told>,
    /// Headers of the message that did not arrive.
    copies: Vec<(Fields, &'static str)>,
}

impl<'a> Layer<'a> {
    fn of(root: &'a Part) -> Self {
        let leaves = root.leaves();
        let mut copies: Vec<(Fields, &'static str)> = Vec::new();
        let mut status = String::new();
        let mut fates = Vec::new();
        let mut texts: Vec<&str> = Vec::new();
        let mut pages: Vec<&str> = Vec::new();
        for leaf in &leaves {
            match &leaf.body {
                Body::Status(text) => {
                    status.push_str(text);
                    fates.extend(status::fates(text));
                }
                Body::Message(message) => copies.push((message.fields.clone(), "the returned message")),
                Body::Text(text) => texts.push(text),
                Body::Html(text) => pages.push(text),
                _ => {}
            }
        }
        if texts.iter().all(|text| text.trim().is_empty()) {
            texts = pages;
        }
        let (mut text, mut quoted) = (String::new(), String::new());
        for piece in texts {
            let (said, copy) = text::without_copy(piece);
            text.push_str(said);
            text.push('\n');
            let (fields, _) = Fields::read(copy.as_bytes());
            if !fields.is_empty() {
                copies.push((fields, "the headers quoted in the bounce"));
                copy.clone_into(&mut quoted);
            }
        }
        if fates.is_empty() {
            fates = notice::fates(&text);
        }
        if fates.is_empty()
            && let Some(begin) = status::in_text(&text)
        {
            status = text.split_off(begin);
            fates = status::fates(&status);
        }
        fates.truncate(MOST_REPORTS);
        let known = known(&root.fields, &copies, &fates);
        let told = text::told(&text, &known);
        Self { fields: &root.fields, text, quoted, status, fates, told, copies }
    }

    /// Whether the words alone tell of a failure: a server is quoted.
    fn is_strong(&self) -> bool {
        let has_code = |told: &Told| told.words.as_deref().is_some_and(|words| !code::codes_in(words).is_empty());
        let is_server = is_from_a_server(self.fields) || self.fields.is_empty();
        self.told.iter().any(|told| told.has_reply && (is_server || has_code(told)))
            || self.told.iter().any(|told| told.words.as_deref().is_some_and(|words| judged_words(words)))
    }

    fn kind(&self, reports: &[Report]) -> Kind {
        if self.fates.is_empty() && !self.is_strong() {
            let is_bounce = is_from_a_server(self.fields) && self.told.iter().any(|told| told.recipient.is_some());
            if !is_bounce {
                return if is_auto_reply(self.fields) { Kind::AutoReply } else { Kind::Other };
            }
        }
        let arrived = reports.iter().all(|report| report.outcome == Outcome::Arrived);
        if arrived && !reports.is_empty() { Kind::Delivered } else { Kind::Bounce }
    }

    fn reports(&self) -> (Vec<Report>, Form) {
        if self.fates.is_empty() {
            let fates = self.told.iter().map(|told| Fate {
                recipient: told.recipient.clone(),
                diagnostic: told.words.clone(),
                ..Fate::default()
            });
            return (fates.map(|fate| self.report(&fate, CodeFrom::Text)).collect(), Form::Text);
        }
        let reports = self.fates.iter().map(|fate| {
            let mut fate = fate.clone();
            let told = self.told_of(&fate);
            if let Some((words, has_reply)) = told.and_then(|told| Some((told.words.clone()?, told.has_reply))) {
                match fate.diagnostic.clone() {
                    None if has_reply || fate.status.is_none() => {
                        fate.diagnostic = Some(words);
                        return self.report(&fate, CodeFrom::Text);
                    }
                    // Sendmail keeps only the first line of an answer in the field; the transcript has all of it.
                    Some(short) if goes_on(&short, &words) => fate.diagnostic = Some(words),
                    _ => {}
                }
            }
            self.report(&fate, CodeFrom::Diagnostic)
        });
        (reports.collect(), Form::Dsn)
    }

    /// What the words say of the recipient of these fields.
    fn told_of(&self, fate: &Fate) -> Option<&Told> {
        let names: Vec<&str> = [&fate.recipient, &fate.original].into_iter().flatten().map(String::as_str).collect();
        let same = |told: &&Told| {
            told.recipient.as_deref().is_some_and(|told| names.iter().any(|name| name.eq_ignore_ascii_case(told)))
        };
        self.told
            .iter()
            .find(same)
            .or_else(|| self.told.first().filter(|_| self.told.len() == 1 && self.fates.len() == 1))
    }

    fn report(&self, fate: &Fate, from: CodeFrom) -> Report {
        let mut fate = fate.clone();
        if let Some(said) = &mut fate.diagnostic
            && let Some((end, _)) = said.char_indices().nth(MOST_SAID)
        {
            said.truncate(end);
        }
        let fate = &fate;
        let is_whole = |address: &String| !address::is_route(address);
        let recipient = fate
            .recipient
            .clone()
            .filter(is_whole)
            .or_else(|| fate.original.clone())
            .or_else(|| fate.recipient.clone());
        let original_recipient = fate
            .original
            .clone()
            .filter(|original| recipient.as_ref().is_some_and(|recipient| !recipient.eq_ignore_ascii_case(original)));
        let diagnostic = fate.diagnostic.as_deref().map(collapsed).filter(|text| !text.is_empty());
        let replies = reply::replies(fate.diagnostic.as_deref().unwrap_or_default());
        let said = reply::telling(&replies);
        let stated = fate.status.as_deref().and_then(code::code_in);
        let enhanced = said
            .and_then(|reply| reply.enhanced)
            .map(|code| (code, from))
            .or(stated.map(|code| (code, CodeFrom::Status)));
        let smtp_code = said.and_then(|reply| reply.code);
        let answer = plain(diagnostic.as_deref().unwrap_or_default());
        // The answer itself, and what the server before says of it. A code alone begins no answer: words may stand before it.
        let (before, spoken) = fate
            .diagnostic
            .as_deref()
            .unwrap_or_default()
            .split_at(replies.iter().find(|reply| reply.code.is_some()).map_or(0, |reply| reply.start));
        let (remote_mta, own) = refuser(fate, before);
        let spoken = plain(without_giving_up(spoken));
        let (mut receiver, mut receiver_evidence) = recognised(&Refusal {
            answer: &spoken,
            remote_mta: remote_mta.as_deref(),
            reporting_mta: fate.reporting_mta.as_deref().or(self.generating_server()),
            recipient: recipient.as_deref(),
        });
        let facts = Facts {
            receiver,
            enhanced: enhanced.map(|(code, _)| code),
            code_from: enhanced.map(|(_, from)| from),
            smtp_code,
            answer: &spoken,
        };
        let mut judgement = judge(&facts);
        // What the server before says of the answer counts where the answer tells nothing.
        if judgement.cause.vague || judgement.cause.direction == Direction::Unknown {
            let whole = judge(&Facts { answer: &answer, ..facts });
            if !whole.cause.vague && whole.cause.direction != Direction::Unknown {
                judgement = whole;
            }
        }
        if let Some((known, how)) = judgement.receiver {
            (receiver, receiver_evidence) = (known, how);
        }
        let theirs = &judgement.cause.receivers;
        if let (Receiver::Microsoft365, Some(first)) = (receiver, theirs.first())
            && !theirs.contains(&receiver)
        {
            (receiver, receiver_evidence) = (*first, "by the words of the answer".to_owned());
        }
        let headers: Vec<Headers<'_>> = self.copies.iter().map(|(fields, place)| Headers { fields, place }).collect();
        let (sender_ip, sender_ip_evidence) = evidence::sender_ip(&spoken, &own, &headers);
        Report {
            outcome: outcome(fate, enhanced.map(|(code, _)| code.class), smtp_code),
            recipient,
            original_recipient,
            action: fate.action,
            status: fate.status.clone(),
            enhanced,
            smtp_code,
            verdicts: verdicts(&answer),
            support: support(diagnostic.as_deref().unwrap_or_default(), receiver),
            diagnostic,
            reporting_mta: fate.reporting_mta.clone().or_else(|| self.generating_server().map(ToOwned::to_owned)),
            remote_mta,
            receiver,
            receiver_evidence,
            sender_ip,
            sender_ip_evidence,
            sender_domain: self.sender_domain(&answer, fate),
            cause: judgement.cause,
            other: judgement.other,
            conflict: judgement.conflict,
            checks: Vec::new(),
        }
    }

    fn sender_domain(&self, answer: &str, fate: &Fate) -> Option<String> {
        let of_copy = |name: &str| self.copies.iter().find_map(|(fields, _)| address::of_header(fields.get(name)?));
        evidence::domain_in(answer)
            .or_else(|| of_copy("From").and_then(|from| address::domain(&from)))
            .or_else(|| of_copy("Return-Path").and_then(|path| address::domain(&path)))
            .or_else(|| fate.sender.as_deref().and_then(address::domain))
            .or_else(|| {
                address::of_header(self.fields.get("To").filter(|_| is_from_a_server(self.fields))?)
                    .and_then(|to| address::domain(&to))
            })
    }

    /// The server that wrote the bounce, as Exchange tells it to administrators.
    fn generating_server(&self) -> Option<&str> {
        self.text.lines().find_map(|line| {
            let (label, name) = line.split_once(':')?;
            let name = name.trim();
            let is_name = name.contains('.') && !name.contains(' ') && name.ends_with(".outlook.com");
            (is_name && label.len() < 60).then_some(name)
        })
    }

    fn returned(&self) -> Returned {
        let first = |name: &str| self.copies.iter().find_map(|(fields, _)| fields.get(name));
        let all = |name: &'static str| self.copies.iter().flat_map(move |(fields, _)| fields.all(name));
        let mut signatures: Vec<(String, String)> = Vec::new();
        for value in all("DKIM-Signature") {
            let tag = |wanted: &str| {
                value.split(';').find_map(|tag| {
                    let (name, value) = tag.split_once('=')?;
                    (name.trim() == wanted).then(|| value.split_whitespace().collect::<String>().to_lowercase())
                })
            };
            if let (Some(domain), Some(selector)) = (tag("d"), tag("s"))
                && !signatures.contains(&(domain.clone(), selector.clone()))
                && signatures.len() < 20
            {
                signatures.push((domain, selector));
            }
        }
        Returned {
            from: first("From").and_then(address::of_header),
            return_path: first("Return-Path").and_then(address::of_header),
            message_id: first("Message-ID").map(|id| id.trim().to_owned()),
            subject: first("Subject").map(decoded),
            signatures,
            to: first("To")
                .map(|to| address::addresses(to).into_iter().map(|found| found.address).collect())
                .unwrap_or_default(),
            helo: self.copies.iter().find_map(|(fields, _)| evidence::helo(fields)),
        }
    }
}

/// Whether words alone tell a cause that the catalogue knows.
fn judged_words(words: &str) -> bool {
    let answer = plain(words);
    let judgement =
        judge(&Facts { receiver: Receiver::Other, enhanced: None, code_from: None, smtp_code: None, answer: &answer });
    !judgement.cause.receivers.is_empty()
}

/// What else is known of who sent and who did not get the mail.
fn known(fields: &Fields, copies: &[(Fields, &'static str)], fates: &[Fate]) -> Known {
    let all = |name: &'static str| {
        let copied = copies.iter().flat_map(move |(fields, _)| fields.all(name));
        copied.flat_map(|value| address::addresses(value).into_iter().map(|found| found.address))
    };
    let own = |name: &'static str| {
        fields.all(name).flat_map(|value| address::addresses(value).into_iter().map(|found| found.address))
    };
    let failed: Vec<String> = own("X-Failed-Recipients").collect();
    let mut senders: Vec<String> =
        all("From").chain(all("Return-Path")).chain(all("Sender")).chain(own("From")).collect();
    if is_from_a_server(fields) {
        senders.extend(own("To"));
    }
    // Mail to oneself bounces, too.
    let fated: Vec<&String> = fates.iter().flat_map(|fate| [&fate.recipient, &fate.original]).flatten().collect();
    senders.retain(|sender| !fated.iter().any(|recipient| recipient.eq_ignore_ascii_case(sender)));
    let addressed = own("X-Original-To").chain(all("X-Envelope-To")).chain(all("To")).collect();
    Known { failed, senders, addressed }
}
