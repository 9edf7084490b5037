//! `examples/06-fleet/job.yaml`: one for Kubernetes, and its pods together look at the whole list.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::runner::Folder;
use super::spark;

/// Fewer than in the manifest, where each part would have a domain or none.
const SHARDS: usize = 3;

fn manifest() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/06-fleet/job.yaml")
}

fn job() -> Value {
    serde_norway::from_str(&std::fs::read_to_string(manifest()).expect("a file")).expect("YAML")
}

#[test]
fn the_manifest_is_a_job_whose_numbers_agree() {
    let mut command = Command::new(spark::program("kubernetes-validate"));
    let ran = command.arg("--strict").arg(manifest()).output().expect("kubernetes-validate starts");
    assert!(ran.status.success(), "{ran:?}");
    let job = job();
    let spec = &job["spec"];
    assert_eq!(spec["completionMode"], "Indexed");
    let container = &spec["template"]["spec"]["containers"][0];
    let shards = container["env"].as_array().expect("variables").iter().find(|one| one["name"] == "SHARDS");
    assert_eq!(shards.expect("it is set")["value"], spec["completions"].to_string());
    // Each exit code that is no result is told of; 3 is one, and the container's command takes it for one.
    assert_eq!(spec["podFailurePolicy"]["rules"][1]["onExitCodes"]["values"], serde_json::json!([2]));
    // What needs `restartPolicy: Never` and an index of its own.
    assert_eq!(spec["template"]["spec"]["restartPolicy"], "Never");
    assert!(spec["backoffLimitPerIndex"].is_u64());
}

/// The container's own command, once for each index, as the pods run it.
#[test]
fn the_pods_together_look_at_each_domain_once() {
    let (list, server) = spark::fleet();
    let folder = Folder::with(&[("domains", &list)]);
    let one = format!("check --domains-from domains --format ndjson --exit-zero --resolver {}", server.address());
    let alone: BTreeSet<String> = folder.mailvouch(&one).exits(3).stdout.lines().map(str::to_owned).collect();

    let container = &job()["spec"]["template"]["spec"]["containers"][0];
    let words = |list: &Value| -> Vec<String> {
        list.as_array().expect("words").iter().map(|word| word.as_str().expect("a word").to_owned()).collect()
    };
    let (shell, script) = (words(&container["command"]), words(&container["args"]));
    let programs = Path::new(env!("CARGO_BIN_EXE_mailvouch")).parent().expect("a folder");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").expect("a path"));
    let (mut together, mut unknown) = (Vec::new(), String::new());
    for index in 0..SHARDS {
        let mut command = Command::new(&shell[0]);
        command.args(&shell[1..]).args(&script).current_dir(folder.path()).env_clear().env("PATH", &path);
        command.env("JOB_COMPLETION_INDEX", index.to_string()).env("SHARDS", SHARDS.to_string());
        command.env("RESOLVER", server.address().to_string()).env("FLEET", folder.path());
        let ran = command.output().expect("a shell");
        assert!(ran.status.success(), "{ran:?}");
        let part = folder.read(&format!("part-{index}.ndjson"));
        assert!(!part.is_empty(), "each part has some of {} domains", alone.len());
        together.extend(part.lines().map(str::to_owned));
        let left = folder.path().join(format!("unknown-{index}"));
        unknown += &std::fs::read_to_string(left).unwrap_or_default();
    }
    assert_eq!(together.len(), alone.len(), "none twice");
    assert_eq!(together.into_iter().collect::<BTreeSet<_>>(), alone);
    // `5 % 3`: it has no selector.
    assert_eq!(unknown.trim(), "d5.test");
}
