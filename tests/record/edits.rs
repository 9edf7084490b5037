//! Edits by span: nothing changes outside them, neither bytes nor string boundaries.

use std::collections::BTreeSet;

use mailvouch::record::{Edit, EditError, apply, apply_to_txt, txt::boundaries};
use mailvouch_providers::dns::{MAX_STRING, Txt};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::generators::txt;

fn record(strings: &[&str]) -> Txt {
    Txt::from_strings(strings.iter().map(|string| string.as_bytes())).expect("strings that fit")
}

fn strings(txt: &Txt) -> Vec<String> {
    txt.strings().iter().map(|string| String::from_utf8_lossy(string).into_owned()).collect()
}

/// Edits that do not overlap, in the order of their place.
fn edits(txt: &Txt, places: &[Index], contents: &[Vec<u8>]) -> Vec<Edit> {
    let length = txt.joined().len();
    let mut offsets: Vec<usize> = places.iter().map(|place| place.index(length + 1)).collect();
    offsets.sort_unstable();
    let spans = offsets.chunks_exact(2).map(|pair| pair[0]..pair[1]);
    spans.zip(contents).map(|(span, content)| Edit::replace(span, content.clone())).collect()
}

proptest! {
    #[test]
    fn an_edit_changes_nothing_outside_its_span(
        txt in txt(),
        places in vec(any::<Index>(), 0..8),
        contents in vec(vec(any::<u8>(), 0..300), 4),
    ) {
        let edits = edits(&txt, &places, &contents);
        let before = txt.joined();
        let changed = apply_to_txt(&txt, &edits).expect("edits that fit");
        let after = changed.joined();
        prop_assert_eq!(&after, &apply(&before, &edits).expect("edits that fit"));

        // What stands between two edits stands there still.
        let mut at = 0;
        let mut shifted = 0;
        for edit in &edits {
            let kept = &before[at..edit.span.start];
            prop_assert_eq!(kept, &after[shifted..shifted + kept.len()]);
            shifted += kept.len() + edit.content.len();
            at = edit.span.end;
        }
        prop_assert_eq!(&before[at..], &after[shifted..]);
    }

    #[test]
    fn string_boundaries_outside_edits_stay_and_none_appear_but_at_255(
        txt in txt(),
        places in vec(any::<Index>(), 0..8),
        contents in vec(vec(any::<u8>(), 0..300), 4),
    ) {
        let edits = edits(&txt, &places, &contents);
        let changed = apply_to_txt(&txt, &edits).expect("edits that fit");
        let found: BTreeSet<usize> = boundaries(&changed).into_iter().collect();
        let length = changed.joined().len();
        // Where an old boundary may lie now: on either side of what an edit there put in.
        let mut may_stay = BTreeSet::new();
        for boundary in boundaries(&txt) {
            let mut shift = 0_isize;
            let mut is_outside = true;
            for edit in &edits {
                let (span, growth) = (&edit.span, edit.content.len());
                if span.is_empty() && growth == 0 || span.start > boundary {
                    continue;
                }
                let first = boundary.min(span.start).checked_add_signed(shift).expect("an offset");
                shift += isize::try_from(growth).expect("a length") - isize::try_from(span.len()).expect("a length");
                if span.end >= boundary {
                    is_outside = false;
                    may_stay.extend([first, first + growth]);
                    // Behind it, the boundary lies at the end of the span.
                    shift += isize::try_from(span.end - boundary).expect("a length");
                }
            }
            let place = boundary.checked_add_signed(shift).expect("an offset");
            may_stay.insert(place);
            if is_outside && place > 0 && place < length {
                prop_assert!(found.contains(&place), "{boundary} went, it would be at {place}: {found:?}");
            }
        }
        let mut start = 0;
        for string in changed.strings() {
            let end = start + string.len();
            let is_cut = string.len() == MAX_STRING;
            prop_assert!(end == length || is_cut || may_stay.contains(&end), "{end} is new: {may_stay:?}");
            start = end;
        }
    }

    #[test]
    fn strings_fit_and_none_that_an_edit_touched_is_empty(
        txt in txt(),
        places in vec(any::<Index>(), 0..8),
        contents in vec(vec(any::<u8>(), 0..300), 4),
    ) {
        let changed = apply_to_txt(&txt, &edits(&txt, &places, &contents)).expect("edits that fit");
        let empty = |txt: &Txt| txt.strings().iter().filter(|string| string.is_empty()).count();
        prop_assert!(changed.strings().iter().all(|string| string.len() <= MAX_STRING));
        prop_assert!(empty(&changed) <= empty(&txt) || changed == Txt::from_text(b""));
    }

    #[test]
    fn no_edit_changes_nothing(txt in txt(), place: Index) {
        prop_assert_eq!(&apply_to_txt(&txt, &[]).expect("no edit"), &txt);
        let nothing = Edit::insert(place.index(txt.joined().len() + 1), "");
        prop_assert_eq!(&apply_to_txt(&txt, &[nothing]).expect("an edit that fits"), &txt);
    }
}

#[test]
fn only_the_string_that_holds_the_span_changes() {
    let txt = record(&["v=spf1 ip4:192.0.2.1", " ip4:192.0.2.2", " -all"]);
    let changed = apply_to_txt(&txt, &[Edit::replace(21..34, "mx")]).expect("an edit that fits");
    assert_eq!(strings(&changed), ["v=spf1 ip4:192.0.2.1", " mx", " -all"]);
}

#[test]
fn a_span_over_a_boundary_is_put_in_where_it_begins() {
    let txt = record(&["v=spf1 ip4:192.", "0.2.1 mx", " -all"]);
    let changed = apply_to_txt(&txt, &[Edit::replace(7..20, "a")]).expect("an edit that fits");
    assert_eq!(strings(&changed), ["v=spf1 a", " mx", " -all"]);
    let all_between = apply_to_txt(&txt, &[Edit::delete(7..24)]).expect("an edit that fits");
    assert_eq!(strings(&all_between), ["v=spf1 ", "-all"]);
}

#[test]
fn a_lost_space_goes_to_the_end_of_the_first_string_or_where_there_is_room() {
    let txt = record(&["v=spf1 include:a.example", "-all"]);
    let changed = apply_to_txt(&txt, &[Edit::insert(24, " ")]).expect("an edit that fits");
    assert_eq!(strings(&changed), ["v=spf1 include:a.example ", "-all"]);

    let full = "a".repeat(MAX_STRING);
    let txt = record(&[&full, "-all"]);
    let changed = apply_to_txt(&txt, &[Edit::insert(MAX_STRING, " ")]).expect("an edit that fits");
    assert_eq!(strings(&changed), [full.as_str(), " -all"]);
}

#[test]
fn a_string_that_grows_too_long_is_cut_at_255() {
    let txt = record(&[&"a".repeat(250), "b"]);
    let changed = apply_to_txt(&txt, &[Edit::insert(0, "c".repeat(10))]).expect("an edit that fits");
    let lengths: Vec<usize> = changed.strings().iter().map(|string| string.len()).collect();
    assert_eq!(lengths, [255, 5, 1]);
}

#[test]
fn an_empty_string_stays_only_where_nothing_else_is() {
    let txt = record(&["abc", "def"]);
    assert_eq!(strings(&apply_to_txt(&txt, &[Edit::delete(0..3)]).expect("an edit that fits")), ["def"]);
    assert_eq!(strings(&apply_to_txt(&txt, &[Edit::delete(0..6)]).expect("an edit that fits")), [""]);
    let empty = record(&[""]);
    assert_eq!(strings(&apply_to_txt(&empty, &[Edit::insert(0, "a")]).expect("an edit that fits")), ["a"]);
}

#[test]
fn insertions_at_one_offset_keep_their_order_and_come_before_a_replacement() {
    let edits = [Edit::replace(1..2, "X"), Edit::insert(1, "1"), Edit::insert(1, "2"), Edit::insert(2, "3")];
    assert_eq!(apply(b"abc", &edits), Ok(b"a12X3c".to_vec()));
    // Also where the first alone would not fit into the string.
    let txt = record(&[&"a".repeat(250), "b"]);
    let edits = [Edit::insert(250, "123456"), Edit::insert(250, "7")];
    let changed = apply_to_txt(&txt, &edits).expect("edits that fit");
    assert_eq!(strings(&changed)[1], "1234567b");
}

#[test]
fn edits_that_overlap_or_lie_outside_are_refused() {
    let overlap = EditError::Overlap { first: 0..2, second: 1..3 };
    assert_eq!(apply(b"abc", &[Edit::delete(1..3), Edit::delete(0..2)]), Err(overlap));
    let inside = EditError::Overlap { first: 0..2, second: 1..1 };
    assert_eq!(apply(b"abc", &[Edit::delete(0..2), Edit::insert(1, "x")]), Err(inside));
    let outside = EditError::OutOfRange { span: 2..4, length: 3 };
    assert_eq!(apply(b"abc", &[Edit::delete(2..4)]), Err(outside));
    let txt = record(&["abc"]);
    assert!(matches!(apply_to_txt(&txt, &[Edit::insert(4, "x")]), Err(EditError::OutOfRange { .. })));
    #[expect(clippy::reversed_empty_ranges, reason = "what is refused")]
    let reversed = Edit::delete(2..1);
    assert!(matches!(apply(b"abc", &[reversed]), Err(EditError::OutOfRange { .. })));
}
