//! What holds of every text: nothing is lost, every span is in its place, and what is printed reads the same.

use mailvouch::record::artefact::{artefacts, plain};
use mailvouch::record::spf::{DomainSpec, Mechanism, Modifier, Term};
use mailvouch::record::tag_list::{Dialect, Part, TagList};
use mailvouch::record::{DkimRecord, DmarcRecord, Span, SpfRecord, dmarc, foreign_octets, spf};
use proptest::prelude::*;

use super::generators::{spf_text, tag_text};

/// Spans that are in order, do not overlap, and lie within `within`.
fn assert_ordered<'a>(spans: impl IntoIterator<Item = &'a Span>, within: &Span) {
    let mut end = within.start;
    for span in spans {
        assert!(
            span.start >= end && span.end >= span.start && span.end <= within.end,
            "{span:?} after {end} in {within:?}"
        );
        end = span.end;
    }
}

/// The domain that a term names, in whatever kind of term.
fn domain(term: &Term) -> Option<&DomainSpec> {
    match term {
        Term::Directive(directive) => directive.mechanism.domain(),
        Term::Modifier(Modifier::Redirect(domain) | Modifier::Exp(domain)) => Some(domain),
        Term::Modifier(Modifier::Unknown { .. }) | Term::Malformed(_) => None,
    }
}

/// Canonical text; none for what is malformed.
fn printed(term: &Term) -> Option<String> {
    match term {
        Term::Directive(directive) => Some(directive.to_string()),
        Term::Modifier(modifier) => Some(modifier.to_string()),
        Term::Malformed(_) => None,
    }
}

proptest! {
    #[test]
    fn an_spf_record_is_its_version_its_terms_and_spaces(text in spf_text()) {
        let Some(record) = SpfRecord::parse(&text) else {
            return Ok(());
        };
        prop_assert_eq!(record.text(), &text);
        let whole = 0..text.len();
        let version = record.version();
        assert_ordered(std::iter::once(&version).chain(record.terms().iter().map(|term| &term.span)), &whole);
        // What is printed piece by piece, with only spaces in the gaps, is the text.
        let mut pieces = text[version.clone()].to_vec();
        let mut end = version.end;
        for term in record.terms() {
            pieces.extend(std::iter::repeat_n(b' ', term.span.start - end));
            pieces.extend(&text[term.span.clone()]);
            prop_assert!(!text[term.span.clone()].contains(&b' ') && !term.span.is_empty());
            end = term.span.end;
        }
        pieces.extend(std::iter::repeat_n(b' ', text.len() - end));
        prop_assert_eq!(pieces, text);
    }

    #[test]
    fn spans_inside_spf_terms_lie_within_them(text in spf_text()) {
        let Some(record) = SpfRecord::parse(&text) else {
            return Ok(());
        };
        for term in record.terms() {
            if let Term::Directive(directive) = &term.node {
                assert_ordered([&directive.keyword].into_iter().chain(&directive.argument), &term.span);
                let keyword = String::from_utf8_lossy(&text[directive.keyword.clone()]).to_ascii_lowercase();
                prop_assert_eq!(keyword, directive.mechanism.keyword().as_str());
            }
            if let Some(domain) = domain(&term.node) {
                assert_ordered([domain.span()], &term.span);
                prop_assert_eq!(domain.as_str().as_bytes(), &text[domain.span().clone()]);
                // The parts follow each other without a gap.
                assert_ordered(domain.parts().iter().map(|part| &part.span), domain.span());
                let octets: usize = domain.parts().iter().map(|part| part.span.len()).sum();
                prop_assert_eq!(octets, domain.span().len());
            }
            if let Some(terms) = record.run_together(term) {
                prop_assert!(!terms.is_empty());
                assert_ordered(terms, &term.span);
                for span in terms {
                    let alone = [b"v=spf1 ", &text[span.clone()]].concat();
                    prop_assert!(SpfRecord::parse(&alone).is_some_and(|record| record.malformed().next().is_none()));
                }
            }
        }
        let torn = record.torn();
        assert_ordered(torn.iter().map(|torn| &torn.span), &(0..text.len()));
        for torn in torn {
            let alone = SpfRecord::parse(&[b"v=spf1 ", torn.meant.as_slice()].concat()).expect("an SPF record");
            prop_assert!(alone.terms().len() == 1 && alone.malformed().next().is_none());
        }
    }

    #[test]
    fn a_printed_spf_term_reads_as_the_same_term(text in spf_text()) {
        let Some(record) = SpfRecord::parse(&text) else {
            return Ok(());
        };
        for term in record.terms() {
            let Some(once) = printed(&term.node) else {
                continue;
            };
            let again = SpfRecord::parse(format!("v=spf1 {once}").as_bytes()).expect("an SPF record");
            prop_assert_eq!(again.terms().len(), 1);
            prop_assert_eq!(printed(&again.terms()[0].node), Some(once.clone()));
            // Not only the same print: the same networks, prefix lengths and qualifier.
            if let (Term::Directive(one), Term::Directive(other)) = (&term.node, &again.terms()[0].node) {
                prop_assert_eq!(one.qualifier, other.qualifier);
                match (&one.mechanism, &other.mechanism) {
                    (Mechanism::A { prefix: one, .. }, Mechanism::A { prefix: other, .. })
                    | (Mechanism::Mx { prefix: one, .. }, Mechanism::Mx { prefix: other, .. }) => {
                        prop_assert_eq!((one.v4_bits(), one.v6_bits()), (other.v4_bits(), other.v6_bits()));
                    }
                    (Mechanism::Ip4(_) | Mechanism::Ip6(_), _) => prop_assert_eq!(&one.mechanism, &other.mechanism),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_tag_list_is_its_parts_and_semicolons(text in tag_text(), is_dkim: bool) {
        let dialect = if is_dkim { Dialect::Dkim } else { Dialect::Dmarc };
        let list = TagList::parse(&text, dialect);
        prop_assert_eq!(list.text(), &text);
        assert_ordered(list.parts().iter().map(|part| &part.span), &(0..text.len()));
        let parts: Vec<&[u8]> = list.parts().iter().map(|part| &text[part.span.clone()]).collect();
        let joined = parts.join(&b';');
        prop_assert!(text.starts_with(&joined));
        // Behind the parts stand at most a separator and white space.
        let rest = &text[joined.len()..];
        let rest = if parts.is_empty() { rest } else { rest.strip_prefix(b";").unwrap_or(rest) };
        prop_assert!(rest.trim_ascii().is_empty(), "{:?}", rest);
        for part in list.parts() {
            match &part.node {
                Part::Tag(tag) => {
                    assert_ordered([&tag.name.span, &tag.value.span], &part.span);
                    prop_assert_eq!(&tag.value.node, &text[tag.value.span.clone()]);
                    prop_assert_eq!(tag.name.node.as_bytes(), &text[tag.name.span.clone()]);
                    assert_ordered(tag.foreign.iter().map(|foreign| &foreign.span), &part.span);
                    for item in TagList::colon_items(tag).into_iter().chain(TagList::comma_items(tag)) {
                        prop_assert_eq!(&item.node, &text[item.span]);
                    }
                }
                Part::Empty => prop_assert!(text[part.span.clone()].trim_ascii().is_empty()),
                Part::Malformed(malformed) => assert_ordered([&malformed.span], &part.span),
            }
        }
    }

    #[test]
    fn dkim_and_dmarc_answer_for_any_text(text in prop_oneof![tag_text(), spf_text()]) {
        let dkim = DkimRecord::parse(&text);
        prop_assert_eq!(dkim.text(), &text);
        // Asked for their own sake: none of these may panic.
        let _ = (dkim.version(), dkim.key(), dkim.key_type(), dkim.flags(), dkim.services(), dkim.hashes());
        prop_assert!(!dkim.is_usable() || dkim.key().is_some());
        let Some(record) = DmarcRecord::parse(&text) else {
            return Ok(());
        };
        prop_assert_eq!(record.text(), &text);
        prop_assert!(dmarc::near_miss(&text).is_none());
        let _ = (record.standing(), record.failure_options(), record.percentage(), record.report_interval());
        for uri in record.rua().iter().chain(record.ruf()) {
            prop_assert_eq!(&uri.uri.node, &text[uri.uri.span.clone()]);
            assert_ordered([&uri.uri.span].into_iter().chain(&uri.size_limit), &uri.span);
        }
        assert_ordered(record.lost_separators(), &(0..text.len()));
    }

    #[test]
    fn what_a_near_miss_meant_is_a_record(text in prop_oneof![spf_text(), tag_text()]) {
        if let Some(miss) = spf::near_miss(&text) {
            assert_ordered([&miss.span], &(0..text.len()));
            prop_assert!(SpfRecord::parse(&text).is_none());
            prop_assert!(miss.meant.is_none_or(|meant| SpfRecord::parse(&meant).is_some()));
        }
        if let Some(miss) = dmarc::near_miss(&text) {
            assert_ordered([&miss.span], &(0..text.len()));
            prop_assert!(DmarcRecord::parse(&text).is_none());
            prop_assert!(miss.meant.is_none_or(|meant| DmarcRecord::parse(&meant).is_some()));
        }
    }

    #[test]
    fn foreign_octets_and_artefacts_are_all_found(text in prop_oneof![spf_text(), tag_text()]) {
        let foreign = foreign_octets(&text, 0);
        assert_ordered(foreign.iter().map(|foreign| &foreign.span), &(0..text.len()));
        let found: usize = foreign.iter().map(|foreign| foreign.span.len()).sum();
        prop_assert_eq!(found, text.iter().filter(|byte| !matches!(byte, b' '..=b'~')).count());
        assert_ordered(artefacts(&text).iter().map(|artefact| &artefact.span), &(0..text.len()));
        if let Some(plain) = plain(&text) {
            prop_assert!(plain.iter().all(|byte| matches!(byte, b' '..=b'~')));
        }
    }
}
