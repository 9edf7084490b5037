//! The letters of a question in random case: a forged answer has to guess them too.
//!
//! Servers copy the question into their answer as it came (RFC 1035, section 4.1.2), and compare names without regard
//! to case (RFC 4343); nearly all keep the case of each letter.

use rand::Rng as _;

use super::super::wire::HEADER;

/// Where the question of a message ends, if it has one that is whole: its name without compression, type and class.
pub(super) fn question_end(message: &[u8]) -> Option<usize> {
    let mut at = HEADER;
    loop {
        let length = usize::from(*message.get(at)?);
        match length {
            0 => break,
            // A first name has nothing to point to.
            1..=63 => at += 1 + length,
            _ => return None,
        }
    }
    let end = at + 1 + 4;
    (end <= message.len()).then_some(end)
}

/// Turns letters of the question's name upper case or lower case, each by a throw of its own.
pub(super) fn mix(message: &mut [u8]) {
    let Some(end) = question_end(message) else { return };
    let mut random = rand::rng();
    let (mut bits, mut left) = (0_u64, 0);
    // Length octets are below any letter, and so are not touched; type and class follow the name.
    for octet in &mut message[HEADER..end - 4] {
        if !octet.is_ascii_alphabetic() {
            continue;
        }
        if left == 0 {
            (bits, left) = (random.next_u64(), u64::BITS);
        }
        if bits & 1 == 1 {
            *octet ^= 0x20;
        }
        (bits, left) = (bits >> 1, left - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x0aexample-42\x04test\0\0\x10\0\x01rest";

    #[test]
    fn only_letters_of_the_name_change() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..64 {
            let mut mixed = QUERY.to_vec();
            mix(&mut mixed);
            assert!(mixed.eq_ignore_ascii_case(QUERY));
            let end = question_end(QUERY).expect("a question");
            assert_eq!(mixed[end - 4..], QUERY[end - 4..]);
            assert_eq!(mixed[..HEADER], QUERY[..HEADER]);
            seen.insert(mixed);
        }
        assert!(seen.len() > 32, "13 letters: {} of 64 differ", seen.len());
    }

    #[test]
    fn what_is_cut_has_no_question() {
        let end = question_end(QUERY).expect("a question");
        assert_eq!(&QUERY[end..], b"rest");
        for cut in 0..end {
            assert_eq!(question_end(&QUERY[..cut]), None, "{cut}");
        }
        let pointer = [&QUERY[..HEADER], b"\xc0\x0c\0\x10\0\x01"].concat();
        assert_eq!(question_end(&pointer), None);
    }
}
