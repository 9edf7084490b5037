//! Answers that a name server would give from the same files.

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

use super::{ZoneFiles, ZoneFilesError};
use crate::published::{Absence, Question, Reason, Reply, State};

const ZONE: &str = r#"
example.com SOA ns.example.com. host.example.com. 1 2 3 4 5
example.com NS ns.example.com.
example.com TXT "v=spf1 -all"
ns.example.com A 192.0.2.53
alias.example.com CNAME target.example.com.
target.example.com TXT "target"
out.example.com CNAME key.vendor.example.
dangling.example.com CNAME gone.example.com.
a.loop.example.com CNAME b.loop.example.com.
b.loop.example.com CNAME a.loop.example.com.
deep.ent.example.com A 192.0.2.1
*.wild.example.com TXT "from the wildcard"
here.wild.example.com A 192.0.2.2
*.alias.wild.example.com CNAME target.example.com.
sub.example.com NS ns.sub.example.com.
ns.sub.example.com A 192.0.2.54
*.sub.example.com TXT "occluded"
old.example.com DNAME new.example.com.
key.new.example.com TXT "moved"
two.example.com CNAME a.example.com.
two.example.com CNAME b.example.com.
stray.example.net TXT "in a file of another zone"
"#;

const CHILD: &str = r#"
sub.example.com SOA ns.example.com. host.example.com. 1 2 3 4 5
sub.example.com TXT "the child's"
"#;

fn name(text: &str) -> Name {
    text.parse().expect(text)
}

fn add(files: &mut ZoneFiles, apex: Option<&str>, text: &str) -> Result<(), ZoneFilesError> {
    let sets = text.lines().filter(|line| !line.is_empty()).map(|line| {
        let mut fields = line.splitn(3, ' ');
        let mut field = || fields.next().expect(line);
        let (owner, rtype): (_, RrType) = (name(field()), field().parse().expect("a type"));
        let value = Rdata::parse(rtype, field()).expect(line);
        (owner, rtype, RecordSet { ttl: 300, values: vec![value] })
    });
    // Lines of one owner and type are one set.
    let mut whole: Vec<(Name, RrType, RecordSet)> = Vec::new();
    for (owner, rtype, set) in sets {
        match whole.iter_mut().find(|(known, of, _)| *known == owner && *of == rtype) {
            Some((_, _, known)) => known.values.extend(set.values),
            None => whole.push((owner, rtype, set)),
        }
    }
    files.add(apex.map(name).as_ref(), whole)
}

fn files() -> ZoneFiles {
    let mut files = ZoneFiles::default();
    add(&mut files, Some("example.com"), ZONE).expect("a zone");
    files
}

fn ask(files: &ZoneFiles, owner: &str, rtype: RrType) -> Reply {
    files.answer(&Question::new(&name(owner), rtype))
}

/// The result in one word or the one record.
fn said(reply: &Reply) -> String {
    match &reply.state {
        State::Found(set) => set.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        State::Absent(absence) => format!("{absence:?}"),
        State::Unknown(failure) => format!("{:?}", failure.reason),
    }
}

fn txt(owner: &str) -> Reply {
    ask(&files(), owner, RrType::TXT)
}

#[test]
fn what_stands_there_is_served() {
    assert_eq!(said(&txt("Example.COM")), r#""v=spf1 -all""#);
    assert_eq!(said(&ask(&files(), "example.com", RrType::MX)), "NoData");
    assert_eq!(said(&txt("gone.example.com")), "NxDomain");
}

#[test]
fn a_name_with_names_below_it_exists() {
    assert_eq!(said(&txt("ent.example.com")), "NoData");
    assert_eq!(said(&txt("wild.example.com")), "NoData");
    // Its text ends like one that exists.
    assert_eq!(said(&txt("xent.example.com")), "NxDomain");
}

#[test]
fn aliases_are_followed_as_far_as_the_files_go() {
    let chain = |owner: &str| txt(owner).chain.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(said(&txt("alias.example.com")), r#""target""#);
    assert_eq!(chain("alias.example.com"), ["target.example.com"]);
    assert_eq!(said(&txt("dangling.example.com")), "NxDomain");
    assert_eq!(chain("dangling.example.com"), ["gone.example.com"]);
    assert_eq!(said(&txt("out.example.com")), "OutsideView");
    assert_eq!(chain("out.example.com"), ["key.vendor.example"]);
    assert_eq!(said(&txt("a.loop.example.com")), "ServFail");
    assert_eq!(said(&txt("two.example.com")), "Garbage");
    let alias = ask(&files(), "alias.example.com", RrType::CNAME);
    assert_eq!((said(&alias).as_str(), alias.is_alias()), ("target.example.com.", false));
}

#[test]
fn a_wildcard_answers_for_names_that_do_not_exist() {
    let made = txt("any.thing.wild.example.com");
    assert_eq!(said(&made), r#""from the wildcard""#);
    assert_eq!(made.wildcard, Some(name("*.wild.example.com")));
    let no_data = ask(&files(), "any.wild.example.com", RrType::MX);
    assert_eq!((no_data.state, no_data.wildcard), (State::Absent(Absence::NoData), Some(name("*.wild.example.com"))));
    let alias = txt("any.alias.wild.example.com");
    assert_eq!((said(&alias).as_str(), &*alias.chain), (r#""target""#, &[name("target.example.com")][..]));
    assert_eq!(alias.wildcard, Some(name("*.alias.wild.example.com")));
}

#[test]
fn a_wildcard_does_not_answer_where_a_name_exists() {
    // RFC 4592, section 2.2.1: the name, one below an existing name, and the wildcard's parent.
    for (owner, expected) in [
        ("here.wild.example.com", "NoData"),
        ("below.here.wild.example.com", "NxDomain"),
        ("alias.wild.example.com", "NoData"),
    ] {
        let reply = txt(owner);
        assert_eq!((said(&reply).as_str(), reply.wildcard), (expected, None), "{owner}");
    }
    assert_eq!(txt("*.wild.example.com").wildcard, None, "asked for by name it is a name like others");
}

#[test]
fn below_a_delegation_only_the_child_knows_what_is_absent() {
    let told = |owner: &str, rtype| said(&ask(&files(), owner, rtype));
    assert_eq!(told("sub.example.com", RrType::TXT), "OutsideView");
    assert_eq!(told("sub.example.com", RrType::NS), "ns.sub.example.com.");
    assert_eq!(told("sub.example.com", RrType::DS), "NoData");
    assert_eq!(told("ns.sub.example.com", RrType::A), "192.0.2.54");
    assert_eq!(told("ns.sub.example.com", RrType::AAAA), "OutsideView");
    assert_eq!(told("any.sub.example.com", RrType::TXT), "OutsideView");
    assert_eq!(told("example.com", RrType::NS), "ns.example.com.", "an apex is no delegation");
}

#[test]
fn the_child_zone_answers_once_it_is_loaded() {
    let mut files = files();
    add(&mut files, Some("sub.example.com"), CHILD).expect("a zone");
    assert_eq!(said(&ask(&files, "sub.example.com", RrType::TXT)), r#""the child's""#);
    assert_eq!(said(&ask(&files, "any.sub.example.com", RrType::TXT)), "NxDomain");
    assert_eq!(said(&ask(&files, "ns.sub.example.com", RrType::A)), "NxDomain", "glue is not the child's record");
}

#[test]
fn a_dname_redirects_what_is_below_it() {
    let reply = txt("key.old.example.com");
    assert_eq!((said(&reply).as_str(), &*reply.chain), (r#""moved""#, &[name("key.new.example.com")][..]));
    assert_eq!(said(&txt("other.old.example.com")), "NxDomain");
    assert_eq!(said(&txt("old.example.com")), "NoData", "not the owner itself");
    assert_eq!(said(&ask(&files(), "key.old.example.com", RrType::CNAME)), "key.new.example.com.");
    let long = format!("{}.old.example.com", vec!["a".repeat(63); 3].join("."));
    let mut files = files();
    let far = format!("old.example.org SOA . . 1 2 3 4 5\nold.example.org DNAME {}.\n", "b".repeat(63));
    add(&mut files, Some("old.example.org"), &far).expect("a zone");
    let long = long.replace("example.com", "example.org");
    assert_eq!(said(&ask(&files, &long, RrType::TXT)), "ServFail");
}

#[test]
fn names_under_no_zone_are_outside() {
    assert_eq!(txt("example.net"), Reply::unknown(Reason::OutsideView));
    assert_eq!(said(&txt("com")), "OutsideView");
    assert_eq!(said(&txt("anexample.com")), "OutsideView");
}

#[test]
fn every_owner_in_a_file_is_served() {
    assert_eq!(said(&txt("stray.example.net")), r#""in a file of another zone""#);
    assert_eq!(said(&ask(&files(), "stray.example.net", RrType::MX)), "OutsideView");
    // Also where its own zone is loaded and lacks it.
    let mut files = files();
    let own = "example.net SOA . . 1 2 3 4 5\n";
    add(&mut files, Some("example.net"), own).expect("a zone");
    assert_eq!(said(&ask(&files, "stray.example.net", RrType::TXT)), r#""in a file of another zone""#);
    assert_eq!(said(&ask(&files, "stray.example.net", RrType::MX)), "NxDomain");
}

#[test]
fn a_file_without_an_soa_says_nothing_about_what_it_leaves_out() {
    let mut files = ZoneFiles::default();
    add(&mut files, None, "example.com TXT \"a\"\n*.example.com TXT \"b\"").expect("a part");
    add(&mut files, None, "example.com TXT \"c\"\nexample.com TXT \"a\"").expect("a part");
    assert_eq!(said(&ask(&files, "example.com", RrType::TXT)), r#""a", "c""#);
    assert_eq!(said(&ask(&files, "example.com", RrType::MX)), "OutsideView");
    assert_eq!(said(&ask(&files, "any.example.com", RrType::TXT)), "OutsideView");
}

#[test]
fn one_zone_is_not_given_twice() {
    let mut files = files();
    let twice = add(&mut files, Some("example.com"), ZONE);
    assert_eq!(twice, Err(ZoneFilesError::Twice(name("example.com"))));
}

#[test]
fn the_root_can_be_a_zone() {
    let mut files = ZoneFiles::default();
    add(&mut files, Some("."), ". SOA . . 1 2 3 4 5\n* TXT \"everywhere\"").expect("a zone");
    assert_eq!(said(&ask(&files, "a.b", RrType::TXT)), r#""everywhere""#);
    assert_eq!(said(&ask(&files, ".", RrType::TXT)), "NoData");
}
