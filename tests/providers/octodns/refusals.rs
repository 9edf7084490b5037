//! Files that are not edited: each is told with its place, and stays as it is.

use mailvouch_providers::dns::{Rdata, RrType, Txt};
use mailvouch_providers::octodns::{Layout, OctoDns};
use mailvouch_providers::{Change, Provider, ProviderError, Value, Zone};

use super::cases::{edited, owner, stage};

fn txt(text: &str) -> Value {
    Value::new(Rdata::Txt(Txt::from_text(text.as_bytes())), 3600)
}

/// What is said where the SPF record of the apex would be replaced.
async fn refused(text: &str) -> String {
    let change = edited(text, Layout::default(), "@", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]).await;
    match change.expect_err(text) {
        ProviderError::Unsupported(words) => {
            words.split_once("example.com.yaml:").map_or(words.clone(), |(_, rest)| rest.to_owned())
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_edited_is_told_with_its_place() {
    let cases = [
        (
            "'':\n  type: TXT\n  value: &spf v=spf1 -all\nwww:\n  type: TXT\n  value: *spf\n",
            "3:15: an anchor, an alias or a tag",
        ),
        ("'':\n  type: TXT\n  value: *spf\nspf:\n", "3:10: this is no YAML"),
        ("a: &a\n  type: TXT\n  value: v=spf1 -all\n'': *a\n", "2:3: this record is an alias"),
        ("a: &a\n  type: TXT\n  value: v=spf1 -all\n'':\n  <<: *a\n", "3:3: the values are merged in"),
        ("'':\n  type: TXT\n  values: &all\n    - v=spf1 -all\na:\n  type: TXT\n  values: *all\n", "4:5: an anchor"),
        ("'': &apex\n  - type: TXT\n    value: v=spf1 -all\n", "2:3: an anchor or a tag"),
        ("'':\n  type: TXT\n  value: !!str v=spf1 -all\n", "3:16: has a tag"),
        ("'': !include apex.yaml\n", "1:14: has a tag"),
        ("<<: !include all.yaml\n'':\n  type: TXT\n  value: v=spf1 -all\n", "1:1: names are merged in"),
        ("!include all.yaml\n", "1:10: the whole file has the tag"),
        (
            "'':\n  type: TXT\n  value: v=spf1 -all\n'':\n  type: A\n  value: 192.0.2.1\n",
            "4:1: `` stands in the file twice",
        ),
        ("'':\n  type: TXT\n  value: a\n  value: v=spf1 -all\n", "4:3: `value` stands here twice"),
        (
            "'':\n  - type: TXT\n    value: v=spf1 -all\n  - type: TXT\n    value: b\n",
            "4:5: a second record of its type",
        ),
        ("'':\n  type: TXT\n  values: [v=spf1 -all, 10]\n", "3:25: YAML reads `10` as something else"),
        ("no:\n  type: TXT\n  value: a\n", "1:1: YAML reads this name as something else"),
        ("'':\n  type: TXT\n  value: v=spf1 -all\n---\na: b\n", "4:1: a second document"),
        ("- a\n- b\n", "1:1: a zone of octoDNS is a mapping"),
        ("'':\n\ttype: TXT\n", "2:"),
        ("'':\n  type: TXT\n  value: [v=spf1 -all\n", "3:10: this is no YAML"),
        ("'':\n  value: v=spf1 -all\n", "2:3: this record has no `type`"),
        ("'':\n  type: TXT\n", "2:3: this record has no `value`"),
        ("'':\n  type: CNAME\n  value: elsewhere.test\n", "3:10: `elsewhere.test` is no absolute name"),
        (
            "'':\n  octodns:\n    ignored: true\n  type: TXT\n  value: v=spf1 -all\n",
            "3:5: octoDNS is told to leave this record alone",
        ),
        ("'':\n  ttl: 1h\n  type: TXT\n  value: v=spf1 -all\n", "2:8: is no number"),
    ];
    let mut wrong = Vec::new();
    for (text, place) in cases {
        let said = refused(text).await;
        if !said.starts_with(place) {
            wrong.push(format!("{text}{place}\n{said}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[tokio::test]
async fn a_person_is_told_what_to_put_in() {
    let said = refused("'':\n  type: TXT\n  value: &spf v=spf1 -all\n").await;
    assert!(
        said.ends_with("By hand, at example.com: take out TXT 'v=spf1 -all'; put in TXT 'v=spf1 mx -all'"),
        "{said}"
    );
}

#[tokio::test]
async fn a_record_in_braces_takes_another_text_and_no_other_record() {
    let text = "'': {type: TXT, value: v=spf1 -all}\n";
    let after = edited(text, Layout::default(), "@", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]).await;
    assert_eq!(after.expect("edited"), "'': {type: TXT, value: v=spf1 mx -all}\n");
    let after = edited(text, Layout::default(), "@", &[], &[txt("second")]).await;
    assert!(after.expect_err("refused").to_string().contains(":1:5: a record in braces"));
}

#[tokio::test]
async fn files_that_are_not_there_or_no_text_are_told_as_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let zone = Zone { name: super::apex(), id: None };
    let read =
        async |provider: &OctoDns| provider.read(&zone, &[super::apex()]).await.map(|owners| owners[0].values.len());
    let at = |name: &str| OctoDns::file(folder.path().join(name), None, Layout::default());
    let error = read(&at("example.com.yaml")).await.expect_err("not there");
    assert!(
        matches!(&error, ProviderError::Unavailable(words) if words.contains("example.com.yaml: No such file")),
        "{error:?}"
    );
    std::fs::write(folder.path().join("example.com.yaml"), b"# a\n\xff\n").expect("a file");
    assert!(
        read(&at("example.com.yaml"))
            .await
            .expect_err("no text")
            .to_string()
            .ends_with("example.com.yaml:2:1: is no text in UTF-8")
    );
    assert!(read(&at("zone.yml")).await.expect_err("a name").to_string().contains("is not named `<zone>.yaml`"));
    let folder = OctoDns::folder(folder.path().join("none"), Layout::default());
    assert!(matches!(folder.zone_of(&super::apex()).await, Err(ProviderError::Unavailable(_))));
}

#[tokio::test]
async fn a_zone_in_several_files_is_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("example.com.")).expect("a folder");
    let provider = OctoDns::folder(folder.path(), Layout::default());
    let error = provider.zone_of(&super::apex()).await.expect_err("split");
    assert!(error.to_string().contains("split_extension"), "{error}");
}

#[tokio::test]
async fn a_mark_of_byte_order_and_an_empty_file_are_no_hindrance() {
    let spf = [txt("v=spf1 -all")];
    for (before, after) in [
        (
            "\u{feff}'':\n  type: A\n  value: 192.0.2.1\n",
            "\u{feff}'':\n  - type: A\n    value: 192.0.2.1\n  - type: TXT\n    value: v=spf1 -all\n",
        ),
        (
            "\u{feff}www:\n  type: A\n  value: 192.0.2.1\n",
            "\u{feff}'':\n  type: TXT\n  value: v=spf1 -all\nwww:\n  type: A\n  value: 192.0.2.1\n",
        ),
        ("", "---\n'':\n  type: TXT\n  value: v=spf1 -all\n"),
        ("---\n# Nothing yet.\n", "---\n# Nothing yet.\n'':\n  type: TXT\n  value: v=spf1 -all\n"),
        (
            "'':\n  type: A\n  value: 192.0.2.1",
            "'':\n  - type: A\n    value: 192.0.2.1\n  - type: TXT\n    value: v=spf1 -all",
        ),
    ] {
        assert_eq!(edited(before, Layout::default(), "@", &[], &spf).await.expect("edited"), after);
    }
}

#[tokio::test]
async fn a_file_that_changed_since_is_not_overwritten() {
    let text = "'':\n  type: TXT\n  value: v=spf1 -all\n";
    let (folder, provider, zone) = stage(text, Layout::default());
    let change =
        |from: &str, to: &str| Change { owner: owner("@"), remove: vec![txt(from)], add: vec![txt(to)], seen: vec![] };
    let now = text.replace("-all", "~all");
    std::fs::write(folder.path().join("example.com.yaml"), &now).expect("a file");
    let answer = provider.write(&zone, &[change("v=spf1 -all", "v=spf1 mx -all")]).await.remove(0);
    assert_eq!(answer, Err(ProviderError::Stale(vec![txt("v=spf1 -all")])));
    assert_eq!(std::fs::read_to_string(folder.path().join("example.com.yaml")).expect("a file"), now);
    assert_eq!(RrType::TXT, txt("").rdata.rtype());
}
