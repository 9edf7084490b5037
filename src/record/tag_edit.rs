//! Edits of single tags, for fixes: each keeps every other byte of the list.

use super::edit::Edit;
use super::span::{Span, Spanned};
use super::tag_list::{Part, Tag, TagList, trim};

impl TagList {
    /// Puts `value` in the place of a tag's value.
    pub fn replace_value(tag: &Tag, value: &str) -> Edit {
        Edit::replace(tag.value.span.clone(), value)
    }

    /// Adds a tag directly behind another.
    pub fn insert_after(tag: &Tag, name: &str, value: &str) -> Edit {
        Edit::insert(tag.span().end, format!("; {name}={value}"))
    }

    /// Adds a tag at the end; a separator that ends the text still ends it.
    pub fn append(&self, name: &str, value: &str) -> Edit {
        let text = self.text();
        let end = text.trim_ascii_end().len();
        match text[..end].last() {
            None => Edit::insert(end, format!("{name}={value}")),
            Some(b';') => Edit::insert(end, format!(" {name}={value};")),
            Some(_) => Edit::insert(end, format!("; {name}={value}")),
        }
    }

    /// Takes the part at `index` away, with one separator.
    ///
    /// The separator before it goes; that of the first part is the one behind it. None where there is no such part.
    pub fn remove_part(&self, index: usize) -> Option<Edit> {
        let part = &self.parts().get(index)?.span;
        if index > 0 {
            // White space before the next separator, or at the end, stays with what is before.
            let inner = trim(self.text(), part.clone());
            let end = if inner.is_empty() { part.end } else { inner.end };
            return Some(Edit::delete(part.start - 1..end));
        }
        let next = self.parts().get(1).map_or((part.end + 1).min(self.text().len()), |next| self.start_of(next));
        Some(Edit::delete(part.start..next))
    }

    /// Takes a tag away, with one separator; none where it is not of this list.
    pub fn remove_tag(&self, tag: &Tag) -> Option<Edit> {
        let index = self.parts().iter().position(|part| part.node == Part::Tag(tag.clone()))?;
        self.remove_part(index)
    }

    /// Where the content of a part begins, behind white space.
    fn start_of(&self, part: &Spanned<Part>) -> usize {
        let inner: Span = trim(self.text(), part.span.clone());
        if inner.is_empty() { part.span.end } else { inner.start }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::apply;
    use crate::record::tag_list::Dialect;

    fn list(text: &str) -> TagList {
        TagList::parse(text.as_bytes(), Dialect::Dmarc)
    }

    fn edited(list: &TagList, edit: Edit) -> String {
        String::from_utf8(apply(list.text(), &[edit]).expect("an edit that fits")).expect("UTF-8")
    }

    #[test]
    fn a_value_is_replaced_in_its_place() {
        let list = list("v=DMARC1 ;  p = none ; rua=");
        let edit = |name: &str, value: &str| TagList::replace_value(list.tag(name).expect("the tag"), value);
        assert_eq!(edited(&list, edit("p", "reject")), "v=DMARC1 ;  p = reject ; rua=");
        assert_eq!(edited(&list, edit("rua", "mailto:a@b.example")), "v=DMARC1 ;  p = none ; rua=mailto:a@b.example");
    }

    #[test]
    fn a_tag_is_added_behind_another_or_at_the_end() {
        let list = list("v=DMARC1; rua=x");
        let edit = TagList::insert_after(list.tag("v").expect("the tag"), "p", "none");
        assert_eq!(edited(&list, edit), "v=DMARC1; p=none; rua=x");
        for (text, expected) in [
            ("v=DMARC1", "v=DMARC1; p=none"),
            ("v=DMARC1;", "v=DMARC1; p=none;"),
            ("v=DMARC1 ; ", "v=DMARC1 ; p=none; "),
            ("v=DMARC1 ", "v=DMARC1; p=none "),
            ("", "p=none"),
        ] {
            let list = self::list(text);
            assert_eq!(edited(&list, list.append("p", "none")), expected, "{text:?}");
        }
    }

    #[test]
    fn a_tag_goes_with_one_separator() {
        for (text, name, expected) in [
            ("v=DMARC1; p=none; pct=50; rua=x", "pct", "v=DMARC1; p=none; rua=x"),
            ("v=DMARC1; p=none; pct=50", "pct", "v=DMARC1; p=none"),
            ("v=DMARC1; p=none; pct=50;", "pct", "v=DMARC1; p=none;"),
            ("v=DMARC1;pct=50 ; p=none", "pct", "v=DMARC1 ; p=none"),
            ("pct=50; v=DMARC1", "pct", "v=DMARC1"),
            ("pct=50;", "pct", ""),
            ("pct=50", "pct", ""),
        ] {
            let list = list(text);
            let edit = list.remove_tag(list.tag(name).expect("the tag")).expect("a tag of this list");
            assert_eq!(edited(&list, edit), expected, "{text:?}");
        }
    }

    #[test]
    fn an_empty_part_goes_too() {
        let list = list("v=DMARC1; ; p=none;;");
        assert_eq!(edited(&list, list.remove_part(1).expect("a part")), "v=DMARC1; p=none;;");
        assert_eq!(edited(&list, list.remove_part(3).expect("a part")), "v=DMARC1; ; p=none;");
    }
}
