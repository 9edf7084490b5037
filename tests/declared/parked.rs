//! `[parked]`: many domains in one list.

use super::read;

#[test]
fn each_domain_of_the_list_is_one_that_neither_sends_nor_receives() {
    let text = "version = 1\n[providers.dns]\nkind = \"manual\"\n[parked]\nprovider = \"dns\"\nttl = 300\n\
                domains = [\"a.example\", \"b.example\", \"b\u{fc}cher.example\"]\nallow = [\"tightens-spf\"]\n\
                [domains.\"c.example\"]\nprovider = \"dns\"\n";
    let declaration = read(text).expect("a declaration");
    let parked: Vec<_> = declaration.domains.iter().filter(|domain| !domain.sends && !domain.receives).collect();
    let names: Vec<String> = parked.iter().map(|domain| domain.name.value.to_string()).collect();
    assert_eq!(names, ["a.example", "b.example", "xn--bcher-kva.example"]);
    assert_eq!(declaration.domains.len(), 4);
    for domain in parked {
        assert!(domain.says_who_sends && domain.provider.is_some() && domain.dmarc.is_none());
        assert_eq!((domain.ttl.as_ref().map(|ttl| ttl.value), domain.allow.len()), (Some(300), 1));
        let place = declaration.file.slice(&domain.name.span);
        assert!(place.contains(".example"), "each is shown where it is named: {place}");
    }
    let receiving = read("version = 1\n[parked]\ndomains = [\"a.example\"]\nreceives = true\n").expect("a declaration");
    assert!(receiving.domains[0].receives && !receiving.domains[0].sends);
}

#[test]
fn a_mistake_is_told_once_and_where_it_stands() {
    let problems = |parked: &str| {
        let error = read(&format!("version = 1\n{parked}")).expect_err(parked);
        error.problems().iter().map(|problem| problem.message.clone()).collect::<Vec<_>>()
    };
    let of = |keys: &str| problems(&format!("[parked]\n{keys}\n"));
    let lacking = of("domains = [\"a.example\", \"b.example\", \"c.example\"]\nprovider = \"nowhere\"");
    assert_eq!(lacking.len(), 1, "{lacking:?}");
    assert_eq!(of("ttl = 300"), ["`[parked]` names no domains"]);
    assert_eq!(of("domains = \"a.example\"").len(), 1);
    assert_eq!(of("domains = [\"a.example\", \"A.example.\"]"), ["`a.example` is declared twice"]);
    let both = problems("[parked]\ndomains = [\"a.example\"]\n[domains.\"a.example\"]\nttl = 60\n");
    assert_eq!(both, ["`a.example` is declared twice"]);
    let unknown = of("domains = [\"a.example\"]\nsends = false");
    assert!(unknown[0].contains("`sends` is no key"), "{unknown:?}");
    assert_eq!(problems("parked = [\"a.example\"]\n").len(), 1);
}
