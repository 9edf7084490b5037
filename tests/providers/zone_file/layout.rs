//! What an edit does to the layout of a file: shown as a diff, which has to be the least that says it. `→` is a tab, `␍` a
//! carriage return, `⏎` a line end that is missing.

use super::workbench::{HEAD, edit, edit_files};

#[tokio::test]
async fn a_changed_value_is_edited_where_it_stands() {
    let text = "$TTL 60\nwww  IN   A 192.0.2.1\n\t IN  TXT   \"old\"   ; keep\n; more\n\tTXT next\n";
    assert_eq!(
        edit(text, &["-www 60 TXT \"old\"", "+www 60 TXT \"new\""]).await,
        "-→ IN  TXT   \"old\"   ; keep\n+→ IN  TXT   \"new\"   ; keep\n"
    );
    let text = "$TTL 60\n@ MX 10 mail ; m\nmail A 192.0.2.1\n";
    assert_eq!(
        edit(text, &["-@ 60 MX 10 mail.example.com.", "+@ 60 MX 20 mail.example.com."]).await,
        "-@ MX 10 mail ; m\n+@ MX 20 mail ; m\n"
    );
    let text = "$TTL 60\nwww TYPE16 \\# 4 03 616263 ; abc\n";
    assert_eq!(
        edit(text, &["-www 60 TXT \"abc\"", "+www 60 TXT \"abd\""]).await,
        "-www TYPE16 \\# 4 03 616263 ; abc\n+www TXT \"abd\" ; abc\n"
    );
}

#[tokio::test]
async fn a_value_over_several_lines_keeps_its_lines_and_comments() {
    let text = "$TTL 60\nk TXT ( \"v=DKIM1; \" ; version\n\t\"k=rsa; \" ; kind\n\t\"p=abc\" ) ; key\n";
    let old = "-k 60 TXT \"v=DKIM1; \" \"k=rsa; \" \"p=abc\"";
    assert_eq!(
        edit(text, &[old, "+k 60 TXT \"v=DKIM1; \" \"k=rsa; \" \"p=xyz\""]).await,
        "-→\"p=abc\" ) ; key\n+→\"p=xyz\" ) ; key\n"
    );
    assert_eq!(edit(text, &[old, "+k 60 TXT \"v=DKIM1; \" \"p=abc\""]).await, "-→\"k=rsa; \" ; kind\n+→ ; kind\n");
    assert_eq!(
        edit(text, &[old, "+k 60 TXT \"v=DKIM1; \" \"k=rsa; \" \"p=abc\" \"def\" \"ghi\""]).await,
        "-→\"p=abc\" ) ; key\n+→\"p=abc\" \"def\" \"ghi\" ) ; key\n"
    );
    assert_eq!(
        edit(text, &[old]).await,
        "-k TXT ( \"v=DKIM1; \" ; version\n-→\"k=rsa; \" ; kind\n-→\"p=abc\" ) ; key\n"
    );
}

#[tokio::test]
async fn of_several_values_the_most_alike_is_the_one_that_changes() {
    let text = "$TTL 60\n@ TXT token ; t\n@ TXT \"v=spf1 a -all\" ; spf\n";
    assert_eq!(
        edit(text, &["-@ 60 TXT \"token\"", "-@ 60 TXT \"v=spf1 a -all\"", "+@ 60 TXT \"v=spf1 -all\""]).await,
        "-@ TXT token ; t\n-@ TXT \"v=spf1 a -all\" ; spf\n+@ TXT \"v=spf1 -all\" ; spf\n"
    );
    let text = "$TTL 60\nwww TXT a ; 1\nx A 192.0.2.1\nwww TXT \"a\" ; the same again\n";
    assert_eq!(
        edit(text, &["-www 60 TXT \"a\"", "+www 60 TXT \"b\""]).await,
        "-www TXT a ; 1\n+www TXT \"b\" ; 1\n-www TXT \"a\" ; the same again\n"
    );
}

#[tokio::test]
async fn an_added_value_stands_behind_its_owner_in_the_manner_of_the_line_before() {
    let text = "$TTL 60\nwww             IN  A       192.0.2.1\n                IN  TXT     one\n                IN  AAAA    \
                2001:db8::1\nftp             IN  A       192.0.2.1\n";
    assert_eq!(edit(text, &["+www 60 TXT \"new\""]).await, "+                IN  TXT     \"new\"\n");
    let text = "$TTL 60\nwww\t\tIN\tA\t192.0.2.1\n\t\tIN\tTXT\tone\nftp A 192.0.2.1\n";
    assert_eq!(edit(text, &["+www 60 MX 10 mail.example.com."]).await, "+→→IN→MX→10 mail.example.com.\n");
    let text = "www 60 IN A 192.0.2.1\nwww 60 IN TXT one\nftp 60 A 192.0.2.1\n";
    assert_eq!(edit(text, &["+www 60 TXT \"two\""]).await, "+www 60 IN TXT \"two\"\n");
    let text = "$TTL 60\nWww in 5m a 192.0.2.1\nWww in 5m txt a\n";
    assert_eq!(
        edit(text, &["+www 300 TXT \"b\"", "+www 300 MX 0 ."]).await,
        "+Www in 300 txt \"b\"\n+Www in 300 mx 0 .\n"
    );
    let text = "$TTL 60\r\nwww TXT a ; 1\r\nx A 192.0.2.1\r\n";
    assert_eq!(edit(text, &["+www 60 TXT \"b\"", "-x 60 A 192.0.2.1"]).await, "-x A 192.0.2.1␍\n+www TXT \"b\"␍\n");
}

#[tokio::test]
async fn a_new_owner_stands_with_its_neighbours_or_at_the_end() {
    let text = "$TTL 60\ns1._domainkey\tIN\tTXT\ta\n\n; mail\nmail\tA\t192.0.2.1\n";
    assert_eq!(
        edit(text, &["+s2._domainkey 60 TXT \"b\"", "+_dmarc 60 TXT \"v=DMARC1; p=none\""]).await,
        "+s2._domainkey→IN→TXT→\"b\"\n+_dmarc→IN→TXT→\"v=DMARC1; p=none\"\n"
    );
    let dmarc = "+_dmarc 60 TXT \"v=DMARC1; p=none\"";
    let text = "$TTL 60\n$ORIGIN sub.example.com.\nmail\tA\t192.0.2.1\n; the end";
    assert_eq!(edit(text, &[dmarc]).await, "+_dmarc.example.com.→TXT→\"v=DMARC1; p=none\"\n");
    let text = "$TTL 60\nmail\tA\t192.0.2.1";
    assert_eq!(
        edit(text, &[dmarc]).await,
        "-mail→A→192.0.2.1⏎\n+mail→A→192.0.2.1\n+_dmarc→TXT→\"v=DMARC1; p=none\"⏎\n"
    );
    let text = "$TTL 60\nwww.example.com. IN A 192.0.2.1\nftp.example.com. IN A 192.0.2.1\n";
    assert_eq!(
        edit(text, &[dmarc, "+www 60 TXT \"x\""]).await,
        "+www.example.com. IN TXT \"x\"\n+_dmarc.example.com. IN TXT \"v=DMARC1; p=none\"\n"
    );
    assert_eq!(
        edit("", &["+_dmarc 300 TXT \"x\"", "+@ 900 TXT \"y\""]).await,
        "+@ 900 TXT \"y\"\n+_dmarc 300 TXT \"x\"\n"
    );
}

#[tokio::test]
async fn who_took_the_owner_of_a_deleted_line_gets_it_written() {
    let text = "$TTL 60\nwww             IN  TXT one\n                IN  AAAA    2001:db8::1\nftp A 192.0.2.1\n";
    assert_eq!(
        edit(text, &["-www 60 TXT \"one\""]).await,
        "-www             IN  TXT one\n-                IN  AAAA    2001:db8::1\n+www             IN  AAAA    2001:db8::1\n"
    );
    let text = "$TTL 60\nWWW\t\tIN\tTXT\tone\n; note\n\t\tIN\tAAAA\t2001:db8::1\n\t\tIN\tMX\t0 .\n";
    assert_eq!(
        edit(text, &["-www 60 TXT \"one\""]).await,
        "-WWW→→IN→TXT→one\n-→→IN→AAAA→2001:db8::1\n+WWW→→IN→AAAA→2001:db8::1\n"
    );
    // The same owner has another relative name behind $ORIGIN.
    let text = "$TTL 60\nWWW TXT one\n$ORIGIN sub.example.com.\n  AAAA    2001:db8::1\n";
    assert_eq!(
        edit(text, &["-www 60 TXT \"one\""]).await,
        "-WWW TXT one\n-  AAAA    2001:db8::1\n+www.example.com. AAAA    2001:db8::1\n"
    );
    let text = "$TTL 60\nwww TXT one\n (\n AAAA    2001:db8::1 )\n";
    assert_eq!(edit(text, &["-www 60 TXT \"one\""]).await, "-www TXT one\n- (\n+www (\n");
    let text = "$TTL 60\nk TXT a ; c\n  TXT b\nx A 192.0.2.1\n";
    assert_eq!(
        edit(text, &["-k 60 TXT \"a\"", "-k 60 TXT \"b\"", "+k 60 CNAME k.test."]).await,
        "-k TXT a ; c\n-  TXT b\n+k CNAME k.test.\n"
    );
    assert_eq!(
        edit("$TTL 60\nk TXT a", &["-k 60 TXT \"a\"", "+k 60 CNAME k.test."]).await,
        "-k TXT a⏎\n+k CNAME k.test.⏎\n"
    );
}

#[tokio::test]
async fn who_took_the_ttl_of_a_changed_line_gets_it_written() {
    assert_eq!(
        edit("a 60 TXT one\nb TXT two\nc TXT three\n", &["-a 60 TXT \"one\""]).await,
        "-a 60 TXT one\n-b TXT two\n+b 60 TXT two\n"
    );
    assert_eq!(
        edit("a\t60\tIN\tTXT\tone\nb\tIN\tTXT\ttwo\n", &["-a 60 TXT \"one\""]).await,
        "-a→60→IN→TXT→one\n-b→IN→TXT→two\n+b→60→IN→TXT→two\n"
    );
    assert_eq!(
        edit("a 60 TXT one\nb TXT two\n", &["+a 900 MX 0 ."]).await,
        "-b TXT two\n+a 900 MX 0 .\n+b 60 TXT two\n"
    );
    assert_eq!(
        edit("a IN TXT x\nb A 192.0.2.1\n", &["-a 300 TXT \"x\"", "+a 900 TXT \"x\""]).await,
        "-a IN TXT x\n-b A 192.0.2.1\n+a 900 IN TXT x\n+b 300 A 192.0.2.1\n"
    );
    // Where $TTL says it, nobody took it.
    assert_eq!(edit("$TTL 60\na 5 TXT one\nb TXT two\n", &["-a 5 TXT \"one\""]).await, "-a 5 TXT one\n");
    assert_eq!(
        edit("$TTL 60\na 1h IN TXT x\n$TTL 70\nb A 192.0.2.1\n", &["-a 3600 TXT \"x\"", "+a 900 TXT \"x\""]).await,
        "-a 1h IN TXT x\n+a 900 IN TXT x\n"
    );
}

#[tokio::test]
async fn a_record_of_an_included_file_is_edited_there() {
    let zone = format!("{HEAD}$TTL 60\nwww TXT a\n$INCLUDE part\n TXT c\n");
    assert_eq!(
        edit_files(&[("zone", &zone), ("part", " TXT b\nx TXT x\n")], &["-www 60 TXT \"a\""]).await,
        "-www TXT a\n- TXT c\n+www TXT c\n- TXT b\n+www TXT b\n"
    );
    let zone = format!("{HEAD}www 60 TXT a\n$INCLUDE part\n");
    assert_eq!(
        edit_files(
            &[("zone", &zone), ("part", "i TXT b\nx TXT x\n")],
            &["-www 60 TXT \"a\"", "+x 60 TXT \"y\"", "+_dmarc 60 TXT \"z\""]
        )
        .await,
        "-www 60 TXT a\n+_dmarc TXT \"z\"\n-i TXT b\n+i 60 TXT b\n+x TXT \"y\"\n"
    );
}

#[tokio::test]
async fn both_soa_records_of_a_saved_transfer_count_up() {
    let text = "$TTL 60\nwww TXT a\n@ 300 SOA ns.elsewhere.test. host.elsewhere.test. 7 1 1 1 1\n";
    assert_eq!(edit(text, &["-www 60 TXT \"a\""]).await, "-www TXT a\n");
}
