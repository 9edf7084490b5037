//! Files that include files.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::super::{MAX_DEPTH, MAX_FILE, load};
use super::origin;
use crate::dns::Name;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// Every record with file, line and TTL.
fn loaded(path: &Path) -> Vec<String> {
    let zone = load(path, Some(origin())).expect("a zone");
    let shown = zone.records().map(|at| {
        let file = at.path.strip_prefix(path.parent().expect("a parent")).expect("in the folder");
        format!("{}:{} {} {} {}", file.display(), at.line, at.record.owner, at.record.ttl, at.record.rdata)
    });
    shown.collect()
}

fn refused(path: &Path) -> String {
    let error = load(path, Some(origin())).expect_err("refused").to_string();
    error.replace(path.parent().expect("a parent").to_str().expect("UTF-8"), "DIR")
}

/// As `named-compilezone` reads the same files.
#[test]
fn includes_take_owner_and_origin_along_and_give_back_only_the_ttl() {
    let folder = folder(&[
        (
            "zone",
            "@ 100 SOA . . 1 2 3 4 555\nwww 300 A 192.0.2.1\n$INCLUDE parts/one\n\tTXT after\n$TTL 7\nb TXT x\n\
             $INCLUDE \"parts/one\" sub\nc TXT x\n",
        ),
        ("parts/one", "\tTXT inherited\ni 600 TXT i\n$ORIGIN deep\n$TTL 77\n$INCLUDE parts/two\n"),
        ("parts/two", "j TXT j"),
    ]);
    assert_eq!(
        loaded(&folder.path().join("zone")),
        [
            "zone:1 example.com 100 . . 1 2 3 4 555",
            "zone:2 www.example.com 300 192.0.2.1",
            "parts/one:1 www.example.com 300 \"inherited\"",
            "parts/one:2 i.example.com 600 \"i\"",
            "parts/two:1 j.deep.example.com 77 \"j\"",
            "zone:4 www.example.com 77 \"after\"",
            "zone:6 b.example.com 7 \"x\"",
            "parts/one:1 b.example.com 7 \"inherited\"",
            "parts/one:2 i.sub.example.com 600 \"i\"",
            "parts/two:1 j.deep.sub.example.com 77 \"j\"",
            "zone:8 c.example.com 77 \"x\"",
        ]
    );
}

#[test]
fn only_files_inside_of_the_folder_are_read() {
    let outside = folder(&[("secret", "s 5 TXT secret")]);
    let secret = outside.path().join("secret");
    let inside = folder(&[("in/zone", ""), ("in/part", "p 5 TXT p\n"), ("up", "u 5 TXT u")]);
    let zone = inside.path().join("in/zone");
    let include = |name: &str| {
        fs::write(&zone, format!("$INCLUDE {name}\n")).expect("written");
    };
    for name in ["../up", "./../in/part", "part/../part", secret.to_str().expect("UTF-8"), "/etc/hostname"] {
        include(name);
        assert!(refused(&zone).contains("outside of the folder"), "{name}: {}", refused(&zone));
    }
    include(zone.with_file_name("part").to_str().expect("UTF-8"));
    assert_eq!(loaded(&zone), ["part:1 p.example.com 5 \"p\""]);
    include("absent");
    assert_eq!(
        refused(&zone),
        "DIR/zone:1:10: `absent` cannot be included: cannot be read: No such file or directory (os error 2)"
    );
    include(".");
    assert_eq!(refused(&zone), "DIR/zone:1:10: `.` cannot be included: is not a regular file");
    #[cfg(unix)]
    {
        let link = zone.with_file_name("link");
        std::os::unix::fs::symlink(&secret, &link).expect("a link");
        include("link");
        assert!(refused(&zone).contains("outside of the folder"), "{}", refused(&zone));
        fs::remove_file(&link).expect("removed");
        std::os::unix::fs::symlink("part", &link).expect("a link");
        assert_eq!(loaded(&zone), ["part:1 p.example.com 5 \"p\""], "the file that is read is named");
    }
}

#[test]
fn loops_depth_and_mass_are_bounded() {
    let folder = folder(&[("loop", "$INCLUDE loop2"), ("loop2", "\n $TTL\n"), ("self", "$INCLUDE ./self")]);
    let path = |name: &str| folder.path().join(name);
    fs::write(path("loop2"), "$INCLUDE loop\n").expect("written");
    assert_eq!(refused(&path("loop")), "DIR/loop2:1:10: `loop` cannot be included: it would include itself");
    assert_eq!(refused(&path("self")), "DIR/self:1:10: `./self` cannot be included: it would include itself");
    for depth in 0..=MAX_DEPTH {
        let text = format!("a{depth} 5 TXT x\n$INCLUDE deep{}\n", depth + 1);
        fs::write(path(&format!("deep{depth}")), text).expect("written");
    }
    assert!(refused(&path("deep0")).contains("more than 16 deep"), "{}", refused(&path("deep0")));
    fs::write(path(&format!("deep{}", MAX_DEPTH - 1)), "z 5 TXT x").expect("written");
    assert_eq!(loaded(&path("deep0")).len(), MAX_DEPTH);
    // A bomb: each file stands for two of the next; the octets of each time count.
    let filler = ";".repeat(5_000_000);
    fs::write(path("bomb"), format!("{filler}\n{}", "$INCLUDE fuse\n".repeat(20))).expect("written");
    fs::write(path("fuse"), format!("f 5 TXT x ;{filler}\n")).expect("written");
    assert!(refused(&path("bomb")).contains("67108864 is the most"), "{}", refused(&path("bomb")));
}

#[test]
fn a_file_that_is_none_or_too_large_is_refused_unread() {
    let folder = folder(&[("empty", "; nothing\n")]);
    let path = |name: &str| folder.path().join(name);
    // Sparse: if it were read, it would take its time and its memory.
    fs::File::create(path("large"))
        .and_then(|file| file.set_len(u64::MAX / 4))
        .or_else(|_| fs::File::create(path("large")).and_then(|file| file.set_len(MAX_FILE * 1000)))
        .expect("a sparse file");
    assert!(refused(&path("large")).contains("67108864 is the most that is read"));
    fs::create_dir(path("folder")).expect("a folder");
    assert_eq!(refused(&path("folder")), "DIR/folder: is not a regular file");
    assert_eq!(refused(&path("empty")), "DIR/empty: holds no record");
    assert_eq!(refused(&path("absent")), "DIR/absent: cannot be read: No such file or directory (os error 2)");
    assert!(load(Path::new("/dev/zero"), None).expect_err("a device").to_string().contains("not a regular file"));
}

#[test]
fn a_zone_knows_its_apex_and_its_sets() {
    let soa = "$TTL 5\n$ORIGIN x.test.\n@ SOA . . 1 2 3 4 5\n";
    let folder = folder(&[
        ("zone", &format!("{soa}a TXT one\na 3 TXT two\na TXT one\n@ SOA . . 1 2 3 4 5\nout.side. TXT x\n")),
        ("two", &format!("{soa}a TXT x\n@ SOA . . 2 2 3 4 5\n")),
        ("part", "$ORIGIN x.test.\na 5 TXT x\n"),
    ]);
    let path = |name: &str| folder.path().join(name);
    let zone = load(&path("zone"), None).expect("a zone");
    assert_eq!(zone.apex().map(Name::to_string).as_deref(), Some("x.test"));
    let shown = |set: &super::super::LoadedSet<'_>| {
        let lines: Vec<usize> = set.places.iter().map(|(_, line)| *line).collect();
        (format!("{} {}", set.owner, set.rtype), set.set.ttl, set.set.values.len(), lines)
    };
    let sets: Vec<_> = zone.record_sets().iter().map(shown).collect();
    let expected = [("x.test SOA", 5, 1, vec![3]), ("a.x.test TXT", 3, 2, vec![4, 5]), ("out.side TXT", 5, 1, vec![8])];
    assert_eq!(sets, expected.map(|(name, ttl, values, lines)| (name.to_owned(), ttl, values, lines)));
    assert_eq!(load(&path("part"), None).expect("a part of a zone").apex(), None);
    let error = load(&path("two"), None).expect_err("two SOA records").to_string();
    assert!(error.contains("two:5:1: a second SOA record"), "{error}");
}
