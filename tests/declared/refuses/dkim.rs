//! DKIM selectors and their key files.

use super::{check_sections, read, render_error, snapshots};

#[test]
fn selectors() {
    check_sections(&[
        (
            "selector-names",
            "[domains.\"example.com\".dkim]\n\"s1._domainkey\" = { present = true }\n\"s 1\" = { present = true }\n\"\" = { present = true }\n",
        ),
        ("selector-twice", "[domains.\"example.com\".dkim]\nS1 = { present = true }\ns1 = { revoked = true }\n"),
        (
            "selector-asks-nothing",
            "[domains.\"example.com\".dkim]\ns1 = {}\ns2 = { retire = 2026-12-01 }\ns3 = { present = false }\n",
        ),
        (
            "selector-asks-too-much",
            "[domains.\"example.com\".dkim]\ns1 = { key-file = \"keys/rsa2048.pub.pem\", cname = \"a.example.net\", revoked = true }\n",
        ),
        ("selector-text", "[domains.\"example.com\".dkim]\ns1 = \"keys/rsa2048.pub.pem\"\n"),
        (
            "selector-keys",
            "[domains.\"example.com\".dkim]\ns1 = { keyfile = \"a\" }\ns2 = { key = \"MIIB\" }\ns3 = { until = 2026-12-01, present = true }\n",
        ),
        ("selector-cname", "[domains.\"example.com\".dkim]\ns1 = { cname = \"a\" }\ns2 = { cname = 1 }\n"),
        (
            "selector-retire",
            "[domains.\"example.com\".dkim]\ns1 = { present = true, retire = 2026-12-01 }\ns2 = { revoked = true, retire = 2026-12-01 }\n\
             s3 = { key-file = \"keys/rsa2048.pub.pem\", retire = 2026-12-01T10:00:00 }\n",
        ),
        ("selector-too-long", &format!("[domains.\"example.com\".dkim]\n{} = {{ present = true }}\n", "a".repeat(64))),
    ]);
}

#[test]
fn key_files() {
    let _guard = snapshots("declared");
    for file in [
        "missing.pem",
        ".",
        "README.md",
        "certificate.pem",
        "request.pem",
        "ec.pub.pem",
        "ec.sec1.pem",
        "rsapss.pub.pem",
        "rsa512.pub.pem",
        "rsa2048.pub.der",
        "rsa2048.encrypted.pem",
        "rsa2048.encrypted-pkcs1.pem",
    ] {
        let text = format!("version = 1\n[domains.\"example.com\".dkim]\ns1 = {{ key-file = \"keys/{file}\" }}\n");
        let error = read(&text).expect_err(file);
        let name = if file == "." { "folder" } else { file };
        insta::assert_snapshot!(format!("key-file-{name}"), render_error(&error));
    }
}
