//! Answers as nearly all are: aliases, then the records that were asked for, and nothing else that counts.
//!
//! A long list brings millions of them, and each would be taken apart twice: by the codec into its own names and records, then into
//! ours. All else is left to the codec: whatever is not read here is not wrong, but out of the ordinary.

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType, Txt};

use super::read::{Answer, End, seconds};
use super::wire::HEADER;
use crate::published::Question;

/// The class (RFC 1035, section 3.2.4).
const IN: u16 = 1;
/// Aliases that are followed here.
const MAX_ALIASES: usize = 8;
/// Labels of a name, and pointers in it, that are read here.
const MAX_LABELS: usize = 32;

/// Reads a plain answer to this question; none where it is not as plain as that.
pub(super) fn read(question: &Question, octets: &[u8]) -> Option<Answer> {
    let header: &[u8; HEADER] = octets.first_chunk()?;
    // A response to a query that is whole, and NOERROR; whether the server is an authority, or recurses, does not matter.
    let (flags, code) = (header[2] & 0b1111_1010, header[3] & 0b0000_1111);
    let is_plain = flags == 0b1000_0000 && code == 0;
    let count = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    if !is_plain || count(4) != 1 || count(6) == 0 {
        return None;
    }
    let mut message = Reader { octets, at: HEADER };
    if !message.name_is(&question.name)? || (message.u16()?, message.u16()?) != (question.rtype.0, IN) {
        return None;
    }
    let mut chain: Vec<Name> = Vec::new();
    let mut lifetime = u32::MAX;
    let mut found: Option<RecordSet> = None;
    for _ in 0..count(6) {
        let is_owner = match chain.last() {
            None => message.takes_pointer_to_question() || message.name_is(&question.name)?,
            Some(target) => message.name_is(target)?,
        };
        if !is_owner {
            return None;
        }
        let (rtype, class, ttl) = (RrType(message.u16()?), message.u16()?, seconds(message.u32()?));
        let length = message.u16()?.into();
        let end = message.at.checked_add(length)?;
        if class != IN {
            return None;
        }
        if rtype == question.rtype {
            let value = message.rdata(rtype, end)?;
            let set =
                found.get_or_insert_with(|| RecordSet { ttl, values: Vec::with_capacity(count(6).min(4).into()) });
            // As the codec's way has it: the least TTL, and no record twice (RFC 2181, sections 5 and 5.2).
            set.ttl = set.ttl.min(ttl);
            if !set.values.contains(&value) {
                set.values.push(value);
            }
        } else if rtype == RrType::CNAME && found.is_none() {
            let target = message.name()?;
            if target == question.name || chain.contains(&target) || chain.len() == MAX_ALIASES {
                return None;
            }
            chain.push(target);
        } else {
            return None;
        }
        lifetime = lifetime.min(ttl);
        if message.at != end {
            return None;
        }
    }
    Some(Answer { chain, lifetime: Some(lifetime), end: End::Found(found?) })
}

/// A message, and how far it has been read.
struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.octets.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(*self.take(2)?.first_chunk()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(*self.take(4)?.first_chunk()?))
    }

    /// The labels of a name, compressed or not (RFC 1035, section 4.1.4), each of which `each` may refuse.
    fn labels(&mut self, mut each: impl FnMut(&'a [u8]) -> bool) -> Option<bool> {
        let mut name = Reader { octets: self.octets, at: self.at };
        let (mut accepted, mut end) = (true, None);
        // Pointers lead back, so that there is no loop.
        let mut before = self.at;
        for _ in 0..MAX_LABELS {
            let length = name.take(1)?[0];
            match length {
                0 => {
                    self.at = end.unwrap_or(name.at);
                    return Some(accepted);
                }
                1..=63 => {
                    let label = name.take(length.into())?;
                    accepted = accepted && each(label);
                }
                0b1100_0000.. => {
                    let to = usize::from(length & 0b0011_1111) << 8 | usize::from(name.take(1)?[0]);
                    end.get_or_insert(name.at);
                    if to >= before {
                        return None;
                    }
                    (name.at, before) = (to, to);
                }
                _ => return None,
            }
        }
        None
    }

    /// Passes over a pointer to the name in the question, behind the header: nearly all records of an answer begin with it.
    fn takes_pointer_to_question(&mut self) -> bool {
        self.takes(&[0b1100_0000, 12])
    }

    /// Passes over these octets, letters in any case, if they come next.
    fn takes(&mut self, octets: &[u8]) -> bool {
        let end = self.at + octets.len();
        let comes_next = self.octets.get(self.at..end).is_some_and(|next| next.eq_ignore_ascii_case(octets));
        if comes_next {
            self.at = end;
        }
        comes_next
    }

    /// Reads a name, and tells whether it is this one.
    fn name_is(&mut self, name: &Name) -> Option<bool> {
        // Where it stands whole, no label has to be looked for: a length octet is below any letter.
        let begun = self.at;
        if self.takes(name.labels_on_wire()) && self.takes(&[0]) {
            return Some(true);
        }
        self.at = begun;
        let mut expected = name.labels();
        let same = |label: &[u8]| expected.next().is_some_and(|other| other.eq_ignore_ascii_case(label));
        let all = self.labels(same)?;
        Some(all && expected.next().is_none())
    }

    fn name(&mut self) -> Option<Name> {
        let (mut labels, mut count) = ([&[][..]; MAX_LABELS], 0);
        self.labels(|label| {
            labels[count] = label;
            count += 1;
            true
        })?;
        Name::from_labels(&labels[..count]).ok()
    }

    /// The data of a record, up to there.
    fn rdata(&mut self, rtype: RrType, end: usize) -> Option<Rdata> {
        Some(match rtype {
            RrType::A => Rdata::A((*self.take(4)?.first_chunk::<4>()?).into()),
            RrType::AAAA => Rdata::Aaaa((*self.take(16)?.first_chunk::<16>()?).into()),
            RrType::MX => Rdata::Mx { preference: self.u16()?, exchange: self.name()? },
            RrType::TXT => {
                let mut strings: Vec<&[u8]> = Vec::with_capacity(4);
                while self.at < end {
                    let length = self.take(1)?[0].into();
                    strings.push(self.take(length)?);
                }
                Rdata::Txt(Txt::from_strings(strings)?)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::live::Recursion;
    use crate::published::live::read::read as read_with_codec;
    use hickory_resolver::proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
    use hickory_resolver::proto::rr::rdata::{A, AAAA, CNAME, MX, SOA, TXT};
    use hickory_resolver::proto::rr::{Name as WireName, RData, Record, RecordType};
    use proptest::prelude::*;

    fn name(text: &str) -> WireName {
        WireName::from_ascii(text).expect("a name")
    }

    fn record(owner: &str, data: RData) -> Record {
        Record::from_rdata(name(owner), 60, data)
    }

    fn txt(owner: &str, strings: &[&str]) -> Record {
        record(owner, RData::TXT(TXT::from_bytes(strings.iter().map(|text| text.as_bytes()).collect())))
    }

    fn alias(owner: &str, target: &str) -> Record {
        record(owner, RData::CNAME(CNAME(name(target))))
    }

    fn question(rtype: RrType) -> Question {
        Question::new(&"a.example".parse().expect("a name"), rtype)
    }

    fn message(rtype: RecordType, answers: Vec<Record>) -> Vec<u8> {
        let mut message = Message::new(7, MessageType::Response, OpCode::Query);
        message.queries.push(Query::query(name("A.example."), rtype));
        message.answers = answers;
        let soa = SOA::new(name("ns.example."), name("host.example."), 1, 2, 3, 4, 5);
        message.authorities.push(record("example.", RData::SOA(soa)));
        message.to_vec().expect("a message")
    }

    /// Answers that are plain, and the type asked for.
    fn plain() -> Vec<(RrType, RecordType, Vec<Record>)> {
        let mx = |preference, host: &str| record("a.example.", RData::MX(MX::new(preference, name(host))));
        let mut short = txt("a.example.", &["three"]);
        short.ttl = 5;
        vec![
            (RrType::TXT, RecordType::TXT, vec![txt("A.example.", &["one", ""]), txt("a.example.", &["two"]), short]),
            (RrType::TXT, RecordType::TXT, vec![txt("a.example.", &["same"]), txt("a.example.", &["same"])]),
            (RrType::TXT, RecordType::TXT, vec![alias("a.example.", "b.other."), txt("b.other.", &["v=DKIM1; p="])]),
            (RrType::MX, RecordType::MX, vec![mx(10, "mail.a.example."), mx(20, "."), mx(0, "Other.example.")]),
            (RrType::A, RecordType::A, vec![record("a.example.", RData::A(A::new(192, 0, 2, 1)))]),
            (
                RrType::AAAA,
                RecordType::AAAA,
                vec![record("a.example.", RData::AAAA(AAAA::new(1, 2, 3, 4, 5, 6, 7, 8)))],
            ),
        ]
    }

    #[test]
    fn a_plain_answer_is_read_as_the_codec_has_it() {
        for (rtype, wire_type, answers) in plain() {
            let octets = message(wire_type, answers);
            let told = read(&question(rtype), &octets);
            assert!(told.is_some(), "{rtype}");
            let whole = Message::from_vec(&octets).expect("a message");
            assert_eq!(told, read_with_codec(&question(rtype), &whole, Recursion::Desired).ok(), "{rtype}");
        }
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_codec() {
        let plain = vec![txt("a.example.", &["one"])];
        let octets = |answers| message(RecordType::TXT, answers);
        let changed = |change: &dyn Fn(&mut Message)| {
            let mut message = Message::from_vec(&octets(plain.clone())).expect("a message");
            change(&mut message);
            message.to_vec().expect("a message")
        };
        let all = [
            ("nothing", octets(vec![])),
            ("an alias alone", octets(vec![alias("a.example.", "b.example.")])),
            ("a loop", octets(vec![alias("a.example.", "b.example."), alias("b.example.", "a.example.")])),
            ("two aliases", octets(vec![alias("a.example.", "b.example."), alias("a.example.", "c.example.")])),
            ("another order", octets(vec![txt("b.example.", &["x"]), alias("a.example.", "b.example.")])),
            ("another name", octets(vec![plain[0].clone(), txt("b.example.", &["x"])])),
            ("no string", octets(vec![txt("a.example.", &[])])),
            ("a failure", changed(&|message| message.metadata.response_code = ResponseCode::ServFail)),
            ("cut", changed(&|message| message.metadata.truncation = true)),
            ("a query", changed(&|message| message.metadata.message_type = MessageType::Query)),
        ];
        for (what, octets) in all {
            assert_eq!(read(&question(RrType::TXT), &octets), None, "{what}");
        }
        assert_eq!(read(&question(RrType::MX), &octets(plain)), None, "another question");
    }

    proptest! {
        /// A message that begins as a plain answer does, and goes on with anything.
        #[test]
        fn no_octets_make_it_panic(answers: u8, rest in prop::collection::vec(any::<u8>(), 0..80)) {
            let header = [0, 7, 0x81, 0x80, 0, 1, 0, answers % 4, 0, 0, 0, 0];
            for rtype in [RrType::TXT, RrType::MX, RrType::A] {
                let [_, code] = rtype.0.to_be_bytes();
                let question_and_owner = [&b"\x01a\x07example\x00\x00"[..], &[code, 0, 1, 0xc0, 12, 0, code, 0, 1]].concat();
                let told = read(&question(rtype), &[&header[..], &question_and_owner, &rest].concat());
                prop_assert!(told.is_none() || answers % 4 > 0);
            }
        }

        /// Whatever is read of a message that the codec understands, too, is what that reads.
        #[test]
        fn what_is_read_is_what_is_there(
            which in 0..6_usize,
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            cut in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let (rtype, wire_type, answers) = plain().swap_remove(which);
            let mut octets = message(wire_type, answers);
            for (at, octet) in changes {
                let at = at.index(octets.len());
                octets[at] = octet;
            }
            if let Some(cut) = cut {
                octets.truncate(cut.index(octets.len()));
            }
            let told = read(&question(rtype), &octets);
            if let (Some(told), Ok(whole)) = (told, Message::from_vec(&octets)) {
                prop_assert_eq!(Ok(told), read_with_codec(&question(rtype), &whole, Recursion::Desired));
            }
        }
    }
}
