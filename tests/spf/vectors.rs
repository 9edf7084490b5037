//! `check_host` against the suites in YAML: our own, and those of others, which are read where `MAILVOUCH_VECTORS`
//! points to.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mailvouch::published::{Ask, Gathered, Gatherer, Source};
use mailvouch::spf::{Client, Evaluation, Keep, Records};

use super::suite::{Case, load};

/// Runs one evaluation the way that the program does.
pub(super) async fn evaluate(source: impl Source + 'static, client: &Client) -> Gathered<Evaluation> {
    let gatherer = Gatherer::new(Arc::new(source), 64, Duration::from_mins(1));
    gatherer.run(None, |ask| whole_and_brief(ask, client)).await
}

/// One evaluation with its trace, after a look whether it comes to the same without.
pub(super) fn whole_and_brief(ask: &Ask<'_>, client: &Client) -> Evaluation {
    let whole = Evaluation::of(ask, client);
    let brief = Evaluation::with(ask, &Records::default(), client, Keep::Verdict);
    assert!(brief.trace.is_empty(), "nothing is kept");
    let brief = Evaluation { trace: whole.trace.clone(), ..brief };
    assert_eq!(format!("{brief:?}"), format!("{whole:?}"), "{client:?}");
    whole
}

/// What differs from what is wanted.
fn difference(case: &Case, found: &Evaluation) -> Option<String> {
    let result = found.result.to_string();
    if !case.results.contains(&result) {
        return Some(format!("{result} ({:?}), not {}", found.problem, case.results.join(" or ")));
    }
    let explained = match (&case.explanation, &found.explanation) {
        (None, _) => true,
        (Some(wanted), None) => wanted == "DEFAULT",
        // Hexadecimal digits may have either case.
        (Some(wanted), Some(said)) => wanted.eq_ignore_ascii_case(said),
    };
    if !explained {
        return Some(format!("it says {:?}, not {:?}", found.explanation, case.explanation));
    }
    let count = |count: usize| u64::try_from(count).expect("a count");
    let counts = (count(found.lookups), count(found.voids));
    let wanted = (case.lookups.unwrap_or(counts.0), case.voids.unwrap_or(counts.1));
    (counts != wanted).then(|| format!("(look-ups, voids) are {counts:?}, not {wanted:?}"))
}

async fn check(path: &Path) {
    let mut differences = Vec::new();
    let mut checked = 0;
    for scenario in load(path) {
        for case in &scenario.cases {
            checked += 1;
            let found = evaluate(scenario.zone.clone(), &case.client).await;
            assert!(found.passes < 24, "{}: the passes ran out", case.id);
            if let Some(what) = difference(case, &found.result) {
                differences.push(format!("{} / {}: {what}", scenario.description, case.id));
            }
        }
    }
    assert!(checked > 0, "{} holds no case", path.display());
    assert!(differences.is_empty(), "{} of {checked} differ:\n{}", differences.len(), differences.join("\n"));
}

/// The file of others; none where the folder is not named. A named folder that lacks the file is a failure.
pub(super) fn of_others(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("MAILVOUCH_VECTORS").map(PathBuf::from);
    if folder.is_none() {
        // Past the test harness, which would keep it to itself.
        let line = format!("MAILVOUCH_VECTORS is not set: {file} is NOT checked\n");
        std::io::stderr().write_all(line.as_bytes()).expect("a line on stderr");
    }
    Some(folder?.join(file))
}

#[tokio::test]
async fn the_suite_of_rfc_7208_passes() {
    if let Some(path) = of_others("spf/rfc7208-open.yml") {
        check(&path).await;
    }
}

#[tokio::test]
async fn the_suite_of_mail_auth_passes() {
    if let Some(path) = of_others("spf/mail-auth-spf-open.yml") {
        check(&path).await;
    }
}

#[tokio::test]
async fn our_own_vectors_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/spf");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() > 3, "{files:?}");
    for file in files {
        check(&file).await;
    }
}
