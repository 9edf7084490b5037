//! Six bounces, as a person sees them.

use std::path::Path;

use anstream::adapter::strip_str;
use mailvouch::observed::bounce::read;
use mailvouch::output::bounce;

use crate::support::snapshots;

#[test]
fn they_read_well() {
    let _area = snapshots("bounce");
    for name in [
        "01-exo-5.7.708-tenant-outbound",
        "03-postfix-5.7.606-banned-sending-ip",
        "05-sendmail-5.7.509-dmarc-reject",
        "07-qmail-5.7.515-bulk-auth-level",
        "08-exo-remote-gmail-5.7.26-spf-hardfail",
        "11-pasted-708-code-with-750-text",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/bounce/messages/{name}.eml"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mail = read(&bytes).expect(name);
        insta::assert_snapshot!(name, strip_str(&bounce::human(&mail)).to_string());
        if name.starts_with("11") {
            insta::assert_snapshot!(format!("{name}-json"), bounce::json(&mail));
        }
    }
}

#[test]
fn codes_are_explained() {
    let _area = snapshots("bounce");
    for code in ["5.7.708", "S3150", "4.7.26", "5.7.999"] {
        let asked = mailvouch::observed::bounce::look_up(code).expect(code);
        insta::assert_snapshot!(format!("explain-{code}"), strip_str(&bounce::explained(&asked)).to_string());
    }
}
