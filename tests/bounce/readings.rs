//! What is read out of a bounce beside codes: who refused, from where, for which domain, and how sure that is.

use mailvouch::observed::bounce::{Certainty, Kind, Outcome};

use super::{codes, message, report};

const POSTFIX: &str = "Return-Path: <>\nFrom: MAILER-DAEMON@mail.example.com\nTo: alice@example.com\nSubject: Undelivered\n\n\
    This is the mail system at host mail.example.com.\n\n";

#[test]
fn the_address_after_the_name_of_a_server_is_the_server_itself() {
    let found = report(&format!(
        "{POSTFIX}<bob@example.org>: host mx.example.org[192.0.2.36] said: 550 5.7.1 Client host\n    [203.0.113.25] blocked using zen.example.net; see\n    https://www.example.net/query/203.0.113.25\n"
    ));
    assert_eq!(
        found.sender_ip.map(|ip| (ip.address.to_string(), ip.certainty)),
        Some(("203.0.113.25".to_owned(), Certainty::Stated))
    );
    assert_eq!(found.remote_mta.as_deref(), Some("mx.example.org"));
    assert_eq!(found.cause.reason, "block-listed");
    let found =
        report(&format!("{POSTFIX}<bob@example.org>: host mx.example.org[192.0.2.36] said: 550 5.1.1 no such user\n"));
    assert_eq!(found.sender_ip, None);
    assert_eq!(found.sender_ip_evidence, "the message holds no address of the sender");
}

#[test]
fn octets_are_never_a_code() {
    let found = report(&format!(
        "{POSTFIX}<bob@example.org>: host mx.example.org[5.7.1.20] said: 550 go away [4.7.26.1] 5.7.1.20\n"
    ));
    assert_eq!(codes(&found), "550 -");
}

#[test]
fn folded_answers_are_one_sentence() {
    let found = report(&format!(
        "{POSTFIX}<bob@gmail.com>: host gmail-smtp-in.l.google.com[192.0.2.26] said:\n    550-5.7.26 The MAIL FROM domain [example.com] has an SPF record with a\n    550-5.7.26 hard fail policy (-all) but it fails to pass SPF checks with the ip:\n    550-5.7.26 [198.51.100.140]. To best protect 550 5.7.26 x - gsmtp (in reply to end of DATA command)\n"
    ));
    assert_eq!((codes(&found).as_str(), found.cause.reason.as_str()), ("550 5.7.26", "gmail-spf-hard-fail"));
    assert_eq!(found.sender_ip.map(|ip| ip.address.to_string()).as_deref(), Some("198.51.100.140"));
    assert_eq!(found.sender_domain.as_deref(), Some("example.com"));
}

#[test]
fn one_code_has_another_meaning_with_each_receiver_and_wording() {
    for (host, words, reason) in [
        (
            "gmail-smtp-in.l.google.com",
            "550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy",
            "gmail-dmarc-policy",
        ),
        ("gmail-smtp-in.l.google.com", "550-5.7.26 the sender is unauthenticated", "gmail-unauthenticated"),
        ("gmail-smtp-in.l.google.com", "421 4.7.27 SPF didn't pass", "gmail-spf-not-passed"),
        ("mx.example.org", "550 5.7.27 Sender address has null MX", "sender-null-mx"),
        ("mx.example.org", "550 5.7.26 Multiple authentication checks failed", "authentication-failed"),
        (
            "x.mail.protection.outlook.com",
            "450 4.7.26 Access denied, a message sent over IPv6 [2001:db8::25] must pass either SPF or DKIM validation",
            "ipv6-unauthenticated",
        ),
        (
            "x.mail.protection.outlook.com",
            "550 5.4.1 Recipient address rejected: Access denied",
            "recipient-not-in-directory",
        ),
        ("x.mail.protection.outlook.com", "550 5.4.1 Relay Access Denied", "relay-access-denied"),
        ("mx.example.org", "550 5.7.1 <bob@example.org>: Recipient address rejected: User unknown", "user-unknown"),
    ] {
        let found = report(&format!("{POSTFIX}<bob@example.org>: host {host}[192.0.2.26] said: {words}\n"));
        assert_eq!(found.cause.reason, reason, "{words}");
    }
}

#[test]
fn code_and_words_that_disagree_are_both_told() {
    let found = report("550 5.7.708 Service unavailable. Client blocked from sending from unregistered domains.");
    assert_eq!(found.cause.reason, "tenant-traffic-not-accepted");
    assert_eq!(found.other.map(|other| other.reason.as_str()), Some("unregistered-domain"));
    let conflict = found.conflict.expect("a conflict");
    assert!(conflict.contains("5.7.708") && conflict.contains("5.7.750"), "{conflict}");
    // As people quote it: the words first.
    let found = report("\"Service unavailable, Client blocked from sending from unregistered domains. 5.7.708.\"");
    assert_eq!(found.other.map(|other| other.reason.as_str()), Some("unregistered-domain"));
    let found = report("550 5.1.1 Client host blocked using zen.example.net");
    assert_eq!(
        (found.cause.reason.as_str(), found.other.map(|other| other.reason.as_str())),
        ("block-listed", Some("user-unknown"))
    );
}

#[test]
fn what_becomes_of_the_mail_is_told_by_class_and_action() {
    let dsn = |action: &str, status: &str, more: &str| {
        format!(
            "From: MAILER-DAEMON@mail.example.com\nTo: alice@example.com\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; bob@example.org\nAction: {action}\nStatus: {status}\n{more}\n--b--\n"
        )
    };
    assert_eq!(report(&dsn("failed", "5.1.1", "")).outcome, Outcome::Resend);
    assert_eq!(report(&dsn("failed", "4.4.7", "")).outcome, Outcome::GivenUp);
    assert_eq!(
        report(&dsn("delayed", "4.4.1", "Will-Retry-Until: Tue, 3 Nov 2026 09:14:22 +0000\n")).outcome,
        Outcome::Retried
    );
    let delivered = message(&dsn("delivered", "2.1.5", ""));
    assert_eq!((delivered.kind, delivered.reports[0].outcome), (Kind::Delivered, Outcome::Arrived));
    assert_eq!(report("421 4.7.0 try again later").outcome, Outcome::Retried);
    // The answer tells more than the field.
    let found = report(&dsn("failed", "5.0.0", "Diagnostic-Code: smtp; 550 5.7.1 spam\n"));
    assert_eq!((codes(&found).as_str(), found.status.as_deref()), ("550 5.7.1", Some("5.0.0")));
}

#[test]
fn what_is_no_bounce_is_called_what_it_is() {
    for (kind, text) in [
        (
            Kind::AutoReply,
            "From: bob@example.org\nTo: alice@example.com\nAuto-Submitted: auto-replied\nSubject: Out of office\n\nI am back on 24 August.\n",
        ),
        (
            Kind::Other,
            "From: bob@example.org\nTo: alice@example.com\nSubject: lunch\n\nAt 500 Main Street, extension 421?\n",
        ),
        (
            Kind::Disposition,
            "From: bob@example.org\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; bob@example.org\n--b--\n",
        ),
        (
            Kind::Feedback,
            "From: fbl@example.org\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\ncomplaint\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b\nContent-Type: message/rfc822\n\nFrom: a@example.com\n\n550 5.7.1\n--b--\n",
        ),
        (
            Kind::AggregateReport,
            "From: noreply-dmarc-support@example.org\nSubject: Report domain: example.com Submitter: example.org\nContent-Type: application/zip\n\nUEsDBA==\n",
        ),
    ] {
        let found = message(text);
        assert_eq!((found.kind, found.reports.len()), (kind, 0), "{text}");
    }
}

#[test]
fn only_what_no_mail_system_does_raises_a_doubt() {
    let found = message(&format!("{POSTFIX}<bob@example.org>: host mx.example.org[192.0.2.36] said: 550 5.1.1 no\n"));
    assert_eq!(found.doubts, []);
    let lure = "From: Mail Admin <support@mail-quota.example>\nTo: alice@example.com\nSubject: Undelivered mail\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n550 5.7.1 Your messages are held. Open the attachment.\n--b\nContent-Type: application/zip\n\nUEsDBA==\n--b--\n";
    let found = message(lure);
    assert_eq!(found.doubts.len(), 2, "{:?}", found.doubts);
}

#[test]
fn what_a_support_case_needs_is_kept_word_for_word() {
    let found = report(
        "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. AS(7230) [AM0PR00MB0003.eurprd00.prod.outlook.com 2026-11-03T09:14:20.852Z 08DE037E8AA54260]",
    );
    assert_eq!(
        found.support,
        ["AS(7230)", "[AM0PR00MB0003.eurprd00.prod.outlook.com 2026-11-03T09:14:20.852Z 08DE037E8AA54260]"]
    );
}
