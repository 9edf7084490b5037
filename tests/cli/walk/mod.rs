//! A firewall move, walked day by day against a real name server: each night `plan` and `apply` do what is due, and at
//! no instant does an address that is in use lose its pass, whatever a resolver still holds.

mod judges;
mod move_plan;

use jiff::{SignedDuration, Timestamp};

use self::judges::{History, Judges};
use self::move_plan::{ADDRESSES, DOMAINS, Site, TTLS, ZONES, live};
use crate::servers::{Server, Setup, bind, knot};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn hours(number: i64) -> SignedDuration {
    SignedDuration::from_hours(number)
}

/// The first night, and the last.
const FIRST: &str = "2031-03-05T00:00:00Z";
const LAST: &str = "2031-03-15T00:00:00Z";

/// Runs the job every night at this time of day, and gives back all that was served when.
fn carried_out(site: &Site, time_of_day: SignedDuration) -> History {
    let mut history = History::begin(at(FIRST), site.served());
    let mut night = at(FIRST) + time_of_day;
    let mut writes = 0;
    while night < at(LAST) {
        let plan = site.run(&format!("plan --as-of {night} --out plan.json"), &[0, 1]);
        if !plan.stdout.contains("nothing to change") {
            writes += 1;
            // Made for a time to come: nobody carries it out today by mistake.
            let before = site.served();
            site.run("apply plan.json", &[5]).says("refused, nothing was written: the plan was made for");
            assert_eq!(site.served(), before);
            site.run(&format!("apply plan.json --as-of {night} --journal journal-{writes}"), &[0]);
            // The night's work is whole: what it left is not done a second time.
            site.run(&format!("plan --as-of {night}"), &[0]).says("nothing to change");
        }
        history.note(night, site.served());
        night += hours(24);
    }
    assert_eq!(writes, 2, "once to let the new addresses in, once to take the old ones out");
    history
}

/// The instants that count: every hour, and around each edge.
fn instants(history: &History) -> Vec<Timestamp> {
    let mut all = Vec::new();
    let mut hour = at(FIRST);
    while hour < at(LAST) {
        all.push(hour);
        hour += hours(1);
    }
    let mut edges: Vec<Timestamp> = history.changes();
    edges.extend(ADDRESSES.iter().flat_map(|address| [address.from, address.until].into_iter().flatten()).map(at));
    for edge in edges {
        for ttl in TTLS.iter().copied().chain([0]) {
            let ttl = SignedDuration::from_secs(ttl);
            all.extend([-1, 0, 1].map(|second| edge + ttl + SignedDuration::from_secs(second)));
            all.extend([-1, 0, 1].map(|second| edge - ttl + SignedDuration::from_secs(second)));
        }
    }
    all.retain(|instant| (at(FIRST)..at(LAST)).contains(instant));
    all.sort();
    all.dedup();
    all
}

/// Each address that is in use and is refused by somebody: when, for which domain, and what was served to them.
fn losses(history: &History, judges: &mut Judges) -> Vec<String> {
    let mut losses = Vec::new();
    for instant in instants(history) {
        for world in history.worlds(instant) {
            for domain in DOMAINS {
                for address in ADDRESSES.iter().filter(|address| live(address, instant)) {
                    let result = judges.judge(&world, domain, address.ip);
                    if result != "pass" {
                        losses.push(format!("{instant}: {} gets {result} of {domain}", address.ip));
                    }
                }
            }
        }
    }
    losses
}

fn walked(start: fn(&Setup) -> Server, times: &[SignedDuration]) {
    let mut judges = Judges::start();
    for time in times {
        let site = Site::start(start);
        let history = carried_out(&site, *time);
        assert_eq!(losses(&history, &mut judges), [""; 0], "nightly at {time}");
        let end = site.served();
        for domain in DOMAINS {
            for address in ADDRESSES {
                let result = judges.judge(&end, domain, address.ip);
                let expected = if address.until.is_some() { "fail" } else { "pass" };
                assert_eq!(result, expected, "{} of {domain} at the end", address.ip);
            }
        }
        for (zone, _) in ZONES {
            assert!(site.server.dump(zone).contains("verification=9b2f"), "the token of {zone} is still there");
        }
    }
    assert!(judges.compared() > 30, "pyspf was asked {} times", judges.compared());
}

/// Whatever time of day the pipeline runs at: also just after midnight, and just before.
#[test]
fn nobody_in_use_loses_its_pass_on_bind() {
    let minutes = [1, 2 * 60, 13 * 60 + 37, 23 * 60 + 59].map(SignedDuration::from_mins);
    walked(bind::start_with, &minutes);
}

#[test]
fn nobody_in_use_loses_its_pass_on_knot() {
    walked(knot::start_with, &[hours(2)]);
}

/// The same judges, and records that change when the addresses do, or one TTL ahead of nothing: they have to notice.
#[test]
fn the_judges_notice_a_move_that_is_late_or_early() {
    let mut judges = Judges::start();
    let site = Site::start(bind::start_with);
    let old = site.served();
    let history = carried_out(&site, hours(2));
    let [published, removed] = history.changes()[..] else { panic!("two changes") };
    let (both, new) = (history.at(published), history.at(removed));
    let history = |published: &str, removed: &str| {
        let mut history = History::begin(at(FIRST), old.clone());
        history.note(at(published), both.clone());
        history.note(at(removed), new.clone());
        history
    };
    let good = history("2031-03-09T00:00:00Z", "2031-03-12T00:00:00Z");
    assert_eq!(losses(&good, &mut judges), [""; 0]);
    // The new addresses send from the 10th on; caches hold what was there two hours before.
    let late = losses(&history("2031-03-09T22:30:00Z", "2031-03-12T00:00:00Z"), &mut judges);
    assert!(late.iter().any(|loss| loss.contains("198.51.100.7 gets fail")), "{late:?}");
    assert!(late.iter().any(|loss| loss.contains("2001:db8:20::25 gets fail")), "{late:?}");
    // The old ones send until the 11th is over.
    let early = losses(&history("2031-03-09T00:00:00Z", "2031-03-11T23:00:00Z"), &mut judges);
    assert!(early.iter().any(|loss| loss.contains("203.0.113.10 gets fail")), "{early:?}");
}
