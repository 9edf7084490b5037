//! Edits of single terms, for fixes: each keeps every other byte of the record.

use super::record::SpfRecord;
use super::term::{Mechanism, Modifier, Term};
use crate::record::Edit;

impl SpfRecord {
    /// Where a new directive is reached by every evaluation: before the first `all`, else before the modifiers at the
    /// end, else at the end.
    pub fn place_for_directive(&self) -> usize {
        let is_all = |term: &Term| matches!(term, Term::Directive(directive) if directive.mechanism == Mechanism::All);
        if let Some(index) = self.terms().iter().position(|term| is_all(&term.node)) {
            return index;
        }
        let is_modifier = |term: &Term| matches!(term, Term::Modifier(Modifier::Redirect(_) | Modifier::Exp(_)));
        let modifiers = self.terms().iter().rev().take_while(|term| is_modifier(&term.node)).count();
        self.terms().len() - modifiers
    }

    /// Puts `term` before the term with this index; behind the last for any index beyond it.
    pub fn insert_term(&self, index: usize, term: &str) -> Edit {
        Edit::insert(self.end_before(index.min(self.terms().len())), format!(" {term}"))
    }

    /// Takes the term with this index away, with the spaces before it; none where there is no such term.
    ///
    /// Edits that remove neighbours do not overlap, and neither do these and insertions.
    pub fn remove_term(&self, index: usize) -> Option<Edit> {
        let term = self.terms().get(index)?;
        Some(Edit::delete(self.end_before(index)..term.span.end))
    }

    /// Puts `text` in the place of the term with this index; none where there is no such term.
    pub fn replace_term(&self, index: usize, text: &str) -> Option<Edit> {
        self.terms().get(index).map(|term| Edit::replace(term.span.clone(), text))
    }

    /// Where the term before this index ends, or the version.
    fn end_before(&self, index: usize) -> usize {
        let before = index.checked_sub(1).and_then(|index| self.terms().get(index));
        before.map_or(self.version().end, |term| term.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::apply;

    fn record(text: &str) -> SpfRecord {
        SpfRecord::parse(text.as_bytes()).expect("an SPF record")
    }

    fn edited(record: &SpfRecord, edits: &[Edit]) -> String {
        String::from_utf8(apply(record.text(), edits).expect("edits that fit")).expect("UTF-8")
    }

    #[test]
    fn a_directive_goes_where_it_is_reached() {
        let cases = [
            ("v=spf1 a -all", "v=spf1 a ip4:192.0.2.1 -all"),
            ("v=spf1  a  ~all  ", "v=spf1  a ip4:192.0.2.1  ~all  "),
            ("v=spf1 a -all mx -all", "v=spf1 a ip4:192.0.2.1 -all mx -all"),
            ("v=spf1 a redirect=b.example", "v=spf1 a ip4:192.0.2.1 redirect=b.example"),
            ("v=spf1 exp=b.example a", "v=spf1 exp=b.example a ip4:192.0.2.1"),
            ("v=spf1", "v=spf1 ip4:192.0.2.1"),
            ("v=spf1 ", "v=spf1 ip4:192.0.2.1 "),
        ];
        for (text, expected) in cases {
            let record = record(text);
            let edit = record.insert_term(record.place_for_directive(), "ip4:192.0.2.1");
            assert_eq!(edited(&record, &[edit]), expected, "{text:?}");
        }
    }

    #[test]
    fn neighbours_can_be_removed_and_replaced_at_once() {
        let record = record("v=spf1 a  mx ptr -all ");
        let remove = |index| record.remove_term(index).expect("a term");
        assert_eq!(edited(&record, &[remove(0), remove(1)]), "v=spf1 ptr -all ");
        assert_eq!(edited(&record, &[remove(1), record.insert_term(1, "b")]), "v=spf1 a b ptr -all ");
        assert_eq!(edited(&record, &[remove(0), remove(1), remove(2), remove(3)]), "v=spf1 ");
        let replace = record.replace_term(3, "~all").expect("a term");
        assert_eq!(edited(&record, &[remove(2), replace]), "v=spf1 a  mx ~all ");
        assert_eq!(record.remove_term(4), None);
    }
}
