//! The tree walk, the organizational domain, the policy, and alignment, by the text of RFC 9989.

use mailvouch::dmarc::{Basis, Evaluation, Identifier, IdentifierKind, MAX_QUESTIONS, Outcome, Place};
use mailvouch::record::dmarc::Policy;

use crate::support::world::{World, name};

fn evaluate(records: &str, author: &str, identifiers: &[(IdentifierKind, &str)]) -> Evaluation {
    let identifiers: Vec<Identifier> =
        identifiers.iter().map(|(kind, domain)| Identifier { kind: *kind, domain: name(domain) }).collect();
    World::of(records).run(None, |ask| Evaluation::of(ask, &name(author), &identifiers)).0
}

/// Where the policy stands, what it is, and the organizational domain.
fn policy(records: &str, author: &str) -> (Option<String>, Option<Policy>, String) {
    let found = evaluate(records, author, &[]).discovery;
    let at = found.record().map(|found| found.name.to_string());
    (at, found.policy(), found.organizational.name.to_string())
}

fn found(at: &str, policy: Policy, organizational: &str) -> (Option<String>, Option<Policy>, String) {
    (Some(at.to_owned()), Some(policy), organizational.to_owned())
}

#[test]
fn a_walk_asks_eight_questions_at_most_and_those_of_the_rfc() {
    let names = |author: &str| {
        let evaluation = evaluate("example.com A 192.0.2.1", author, &[]);
        let steps = evaluation.discovery.walk.steps;
        steps.into_iter().map(|step| step.question.name.to_string()).collect::<Vec<_>>()
    };
    // Section 4.10.
    let expected = [
        "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "_dmarc.g.h.i.j.mail.example.com",
        "_dmarc.h.i.j.mail.example.com",
        "_dmarc.i.j.mail.example.com",
        "_dmarc.j.mail.example.com",
        "_dmarc.mail.example.com",
        "_dmarc.example.com",
        "_dmarc.com",
    ];
    assert_eq!(names("a.b.c.d.e.f.g.h.i.j.mail.example.com"), expected);
    assert_eq!(names("a.b.c.d.e.f.example.com").len(), MAX_QUESTIONS);
    assert_eq!(names("b.c.d.e.f.example.com").len(), 7);
    assert_eq!(names("example.com"), ["_dmarc.example.com", "_dmarc.com"]);
    let long = format!("{}.example", vec!["a"; 100].join("."));
    assert_eq!(names(&long).len(), MAX_QUESTIONS);
}

#[test]
fn a_walk_ends_where_a_record_says_whether_it_is_a_suffix() {
    let records = "_dmarc.b.example TXT v=DMARC1; p=none; psd=n\n_dmarc.example TXT v=DMARC1; p=reject";
    let walk = evaluate(records, "a.b.example", &[]).discovery.walk;
    assert_eq!(walk.steps.len(), 2);
    // Of two records none counts, whatever they say of suffixes.
    let records = "_dmarc.b.example TXT v=DMARC1; p=none; psd=n\n_dmarc.b.example TXT v=DMARC1; p=reject; psd=n";
    assert_eq!(evaluate(records, "a.b.example", &[]).discovery.walk.steps.len(), 3);
}

#[test]
fn the_record_of_the_author_comes_first_then_that_of_the_organization_then_that_of_the_suffix() {
    let all = "_dmarc.a.b.example TXT v=DMARC1; p=none\n_dmarc.b.example TXT v=DMARC1; p=quarantine\n\
               _dmarc.example TXT v=DMARC1; p=reject; psd=y";
    assert_eq!(policy(all, "a.b.example"), found("a.b.example", Policy::None, "b.example"));
    assert_eq!(policy(all, "c.b.example"), found("b.example", Policy::Quarantine, "b.example"));
    assert_eq!(policy(all, "d.example"), found("example", Policy::Reject, "d.example"));
    assert_eq!(evaluate(all, "d.example", &[]).discovery.record().map(|found| found.place), Some(Place::Suffix));
    // Between the author and the organization nothing counts (section 4.10.1).
    let between = "_dmarc.c.b.example TXT v=DMARC1; p=none\n_dmarc.b.example TXT v=DMARC1; p=reject";
    assert_eq!(policy(between, "d.c.b.example"), found("b.example", Policy::Reject, "b.example"));
    let under_suffix = "_dmarc.c.b.example TXT v=DMARC1; p=none\n_dmarc.example TXT v=DMARC1; p=reject; psd=y";
    assert_eq!(policy(under_suffix, "d.c.b.example"), found("example", Policy::Reject, "b.example"));
    assert_eq!(policy("example A 192.0.2.1", "a.example"), (None, None, "a.example".to_owned()));
}

#[test]
fn a_suffix_is_its_own_organization() {
    let records = "_dmarc.example TXT v=DMARC1; p=reject; psd=y";
    let discovery = evaluate(records, "example", &[]).discovery;
    assert_eq!((discovery.organizational.basis, discovery.policy()), (Basis::FewestLabels, Some(Policy::Reject)));
}

#[test]
fn below_the_record_np_is_for_what_does_not_exist_and_falls_back_to_sp_then_p() {
    let exists = "a.example.com MX 10 mail.example.com.\nx.b.example.com A 192.0.2.1";
    let of =
        |record: &str, author: &str| policy(&format!("_dmarc.example.com TXT v=DMARC1; {record}\n{exists}"), author).1;
    let both = "p=reject; sp=quarantine; np=none";
    assert_eq!(of(both, "a.example.com"), Some(Policy::Quarantine));
    assert_eq!(of(both, "gone.example.com"), Some(Policy::None));
    // Something below it makes a name exist (RFC 8020).
    assert_eq!(of(both, "b.example.com"), Some(Policy::Quarantine));
    assert_eq!(of(both, "example.com"), Some(Policy::Reject));
    assert_eq!(of("p=reject; sp=quarantine", "gone.example.com"), Some(Policy::Quarantine));
    assert_eq!(of("p=reject", "gone.example.com"), Some(Policy::Reject));
    assert_eq!(of("p=reject; np=none", "a.example.com"), Some(Policy::Reject));
    assert_eq!(of("p=reject; np=none; t=y", "a.example.com"), Some(Policy::Quarantine));
}

#[test]
fn a_bad_policy_leaves_reports_or_nothing() {
    let of = |record: &str| {
        let evaluation = evaluate(&format!("_dmarc.example.com TXT v=DMARC1; {record}"), "example.com", &[]);
        (evaluation.discovery.policy(), evaluation.outcome)
    };
    assert_eq!(of("p=rejct; rua=mailto:a@example.com"), (Some(Policy::None), Outcome::Fail));
    assert_eq!(of("p=reject; sp=no; rua=mailto:a@example.com"), (Some(Policy::None), Outcome::Fail));
    assert_eq!(of("p=rejct"), (None, Outcome::None));
    assert_eq!(of("p=reject; np=no"), (None, Outcome::None));
    assert_eq!(of("p=rejct; rua=a@example.com"), (None, Outcome::None));
}

#[test]
fn what_nobody_answered_is_a_temperror_only_where_it_matters() {
    let outcome = |records: &str, author: &str, identifiers: &[(IdentifierKind, &str)]| {
        evaluate(records, author, identifiers).outcome
    };
    let spf = |domain| [(IdentifierKind::Spf, domain)];
    assert_eq!(outcome("_dmarc.example.com TXT !", "example.com", &[]), Outcome::TempError);
    assert_eq!(outcome("_dmarc.com TXT !", "example.com", &[]), Outcome::TempError);
    // The author's own record needs no walk, and the same domain is aligned without one.
    let own = "_dmarc.example.com TXT v=DMARC1; p=reject\n_dmarc.com TXT !";
    assert_eq!(outcome(own, "example.com", &[]), Outcome::Fail);
    assert_eq!(outcome(own, "example.com", &spf("example.com")), Outcome::Pass);
    assert_eq!(outcome(own, "example.com", &spf("a.example.com")), Outcome::TempError);
    assert_eq!(outcome(&own.replace("reject", "reject; aspf=s"), "example.com", &spf("a.example.com")), Outcome::Fail);
    // Whether the name exists matters where `np` and `sp` differ.
    let np = "_dmarc.example.com TXT v=DMARC1; p=reject; np=none\na.example.com MX !";
    assert_eq!(outcome(np, "a.example.com", &[]), Outcome::TempError);
    assert_eq!(outcome(&np.replace("np=none", "np=reject"), "a.example.com", &[]), Outcome::Fail);
}

#[test]
fn relaxed_is_one_organization_and_strict_is_one_domain() {
    let records = "_dmarc.example.com TXT v=DMARC1; p=reject; adkim=s";
    let one = |kind, domain| evaluate(records, "mail.example.com", &[(kind, domain)]).outcome;
    assert_eq!(one(IdentifierKind::Spf, "other.example.com"), Outcome::Pass);
    assert_eq!(one(IdentifierKind::Dkim, "other.example.com"), Outcome::Fail);
    assert_eq!(one(IdentifierKind::Dkim, "mail.example.com"), Outcome::Pass);
    assert_eq!(one(IdentifierKind::Spf, "example.org"), Outcome::Fail);
    // `psd=n` cuts a subdomain off (section 4.10.2).
    let cut = format!("{records}\n_dmarc.b.example.com TXT v=DMARC1; p=none; psd=n");
    let spf = [(IdentifierKind::Spf, "b.example.com")];
    assert_eq!(evaluate(&cut, "mail.example.com", &spf).outcome, Outcome::Fail);
}

#[test]
fn older_receivers_go_by_the_public_suffix_list() {
    let older = |records: &str, author: &str| {
        let older = evaluate(records, author, &[]).older;
        (older.organizational.to_string(), older.policy_domain.map(|name| name.to_string()), older.policy)
    };
    let of = |organizational: &str, at: &str, policy| (organizational.to_owned(), Some(at.to_owned()), Some(policy));
    let records = "_dmarc.b.example.co.uk TXT v=DMARC1; p=none\n\
                   _dmarc.example.co.uk TXT v=DMARC1; p=reject; sp=quarantine; np=none; t=y\n\
                   _dmarc.uk TXT v=DMARC1; p=none";
    assert_eq!(older(records, "a.b.example.co.uk"), of("example.co.uk", "example.co.uk", Policy::Quarantine));
    assert_eq!(older(records, "example.co.uk"), of("example.co.uk", "example.co.uk", Policy::Reject));
    assert_eq!(evaluate(records, "example.co.uk", &[]).discovery.organizational.name, name("uk"));
    // Two records end the search (RFC 7489, section 6.6.3), where the walk goes on.
    let two = "_dmarc.a.example.com TXT v=DMARC1; p=none\n_dmarc.a.example.com TXT v=DMARC1; p=reject\n\
               _dmarc.example.com TXT v=DMARC1; p=reject";
    assert_eq!(older(two, "a.example.com"), ("example.com".to_owned(), None, None));
    assert_eq!(policy(two, "a.example.com").1, Some(Policy::Reject));
}
