//! What rules about dates say as the days go by.

use mailvouch::lint::Safety;

use super::fixture::Fixture;

/// What the rule of a case says at each time: nothing, or who decides on its fix.
async fn walk(rule: &str, case: &str, days: &[(&str, Option<Safety>)]) {
    for (now, expected) in days {
        for (report, _) in Fixture::at(rule, case, now).analyse_alone().await {
            let found = report.diagnostics.first();
            assert_eq!(found.is_some(), expected.is_some(), "{rule} at {now}");
            let safety = found.and_then(|found| found.fix.as_ref()).map(|fix| fix.safety);
            assert_eq!(safety, *expected, "{rule} at {now}");
        }
    }
}

/// `until = 2026-11-01`, a whole day in UTC; the record has a TTL of an hour.
#[tokio::test]
async fn a_retired_address_goes_by_itself_once_the_ttl_has_run() {
    let days = [
        ("2026-10-31T12:00:00Z", None),
        ("2026-11-01T00:00:00Z", None),
        ("2026-11-01T23:59:59Z", None),
        ("2026-11-02T00:00:00Z", Some(Safety::Ask)),
        ("2026-11-02T00:59:59Z", Some(Safety::Ask)),
        ("2026-11-02T01:00:00Z", Some(Safety::Safe)),
        ("2026-11-03T12:00:00Z", Some(Safety::Safe)),
        ("2027-11-03T12:00:00Z", Some(Safety::Safe)),
    ];
    walk("egress-retired-authorised", "fires-until-is-past", &days).await;
}

/// `from = 2026-11-23T12:30:00Z`; the record has a TTL of an hour, and absence one of five minutes: it has to stand by
/// 10:25, and a plan takes it in a day before that. From its time on, `egress-not-authorised` speaks.
#[tokio::test]
async fn a_coming_address_is_due_a_day_and_two_ttls_ahead_and_missing_from_its_time_on() {
    let days = [
        ("2026-11-21T12:00:00Z", None),
        ("2026-11-22T10:24:59Z", None),
        ("2026-11-22T10:25:00Z", Some(Safety::Safe)),
        ("2026-11-23T11:30:00Z", Some(Safety::Safe)),
        ("2026-11-23T12:29:59Z", Some(Safety::Safe)),
        ("2026-11-23T12:30:00Z", None),
        ("2026-11-24T12:00:00Z", None),
    ];
    walk("egress-change-due", "fires-within-the-ttl", &days).await;
    for (now, is_missing) in [("2026-11-23T12:29:59Z", false), ("2026-11-23T12:30:00Z", true)] {
        for (report, _) in Fixture::at("egress-change-due", "fires-within-the-ttl", now).analyse().await {
            let speaks = report.diagnostics.iter().any(|found| found.rule == "egress-not-authorised");
            assert_eq!(speaks, is_missing, "{now}");
        }
    }
}
