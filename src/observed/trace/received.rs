//! `Received` (RFC 5321, section 4.4): who took the message from whom. Its syntax is kept to by few.

use std::net::IpAddr;

use mailvouch_providers::dns::Name;

use super::words::{Piece, address, host, pieces};

/// One hop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// What the sending host gave as its name.
    pub helo: Option<String>,
    /// The name that the receiving host found for its address.
    pub reverse: Option<Name>,
    /// The address that it came from.
    pub address: Option<IpAddr>,
    /// Who took it.
    pub by: Option<Name>,
    /// How: `ESMTPS`.
    pub with: Option<String>,
    /// When, as written.
    pub date: Option<String>,
}

/// The words that begin a clause.
const CLAUSES: [&str; 6] = ["from", "by", "via", "with", "id", "for"];

impl Received {
    /// Reads an unfolded field.
    pub fn read(value: &str) -> Self {
        let mut received = Self::default();
        let (clauses, date) = match value.rsplit_once(';') {
            Some((clauses, date)) => (clauses, Some(date.trim().to_owned())),
            None => (value, None),
        };
        received.date = date.filter(|date| !date.is_empty());
        let mut clause = "";
        let mut first = true;
        for piece in pieces(clauses) {
            match piece {
                Piece::Word(word) => {
                    // The first word of a clause is what it says, whatever word that is: `from by (…)`.
                    let begins = CLAUSES.into_iter().find(|clause| word.eq_ignore_ascii_case(clause));
                    if let Some(begins) = begins.filter(|_| clause.is_empty() || !first) {
                        (clause, first) = (begins, true);
                        continue;
                    }
                    received.word(clause, &word, first);
                    first = false;
                }
                Piece::Comment(text) if clause == "from" => received.comment(&text),
                Piece::Comment(_) | Piece::End => {}
            }
        }
        received
    }

    fn word(&mut self, clause: &str, word: &str, is_first: bool) {
        match clause {
            "from" if is_first => {
                // `from [203.0.113.10] (helo=mail.example.com)`; `from 203.0.113.10 (EHLO mail.example.com)`.
                self.helo = Some(word.trim_end_matches('.').to_owned());
                self.address = address(word);
            }
            "from" => self.address = self.address.or_else(|| address(word)),
            "by" if is_first => self.by = host(word),
            "with" if is_first => self.with = Some(word.to_owned()),
            _ => {}
        }
    }

    /// What the receiving host says of the sending one: `mail.example.com [203.0.113.10]`, `[203.0.113.10] helo=…`,
    /// `203.0.113.10`, `HELO mail.example.com`, `unknown [203.0.113.10] (may be forged)`.
    fn comment(&mut self, text: &str) {
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let lower = word.to_ascii_lowercase();
            if let Some(name) = lower.strip_prefix("helo=").or_else(|| lower.strip_prefix("ehlo=")) {
                self.helo = Some(name.trim_end_matches([',', ';']).to_owned());
            } else if matches!(lower.as_str(), "helo" | "ehlo") {
                self.helo = words.next().map(|name| name.trim_end_matches('.').to_owned()).or(self.helo.take());
            } else if let Some(found) = address(word) {
                // The address in the comment was seen; one in front of it was only said.
                self.address = Some(found);
                if let Some((before, _)) = word.split_once('[') {
                    self.reverse = self.reverse.take().or_else(|| host(before.rsplit('@').next().unwrap_or(before)));
                }
            } else if self.reverse.is_none() && self.address.is_none_or(|_| words.peek().is_some()) {
                self.reverse = host(word);
            }
        }
    }

    /// What is known of the sending host's name.
    pub fn names(&self) -> impl Iterator<Item = Name> + '_ {
        self.reverse.iter().cloned().chain(self.helo.as_deref().and_then(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_programs_write_it_in_many_ways() {
        for (value, helo, address, by) in [
            (
                "from mail.example.com (mail.example.com [203.0.113.10]) by mx.rcpt.example (Postfix) with ESMTPS id 4X for <u@rcpt.example>; Sat, 28 Nov 2026 10:00:00 +0000 (UTC)",
                "mail.example.com",
                "203.0.113.10",
                "mx.rcpt.example",
            ),
            (
                "from mail.example.com (mail.example.com. [2001:db8::10]) by mx.google.com with ESMTPS id a1 for <u@gmail.com> (version=TLS1_3 cipher=X bits=256/256); Sat, 28 Nov 2026",
                "mail.example.com",
                "2001:db8::10",
                "mx.google.com",
            ),
            (
                "from mail.example.com (203.0.113.10) by AM5EUR03FT012.mail.protection.outlook.com (10.152.16.100) with Microsoft SMTP Server id 15.20; Sat, 28 Nov",
                "mail.example.com",
                "203.0.113.10",
                "am5eur03ft012.mail.protection.outlook.com",
            ),
            (
                "from [203.0.113.10] (helo=mail.example.com) by mx.rcpt.example with esmtps (Exim 4.98) id 1t",
                "mail.example.com",
                "203.0.113.10",
                "mx.rcpt.example",
            ),
            (
                "from mail.example.com ([203.0.113.10]:43210) by mx.rcpt.example with esmtp",
                "mail.example.com",
                "203.0.113.10",
                "mx.rcpt.example",
            ),
            (
                "from unknown (HELO mail.example.com) (203.0.113.10) by mx.rcpt.example with SMTP",
                "mail.example.com",
                "203.0.113.10",
                "mx.rcpt.example",
            ),
            (
                "from 203.0.113.10 (EHLO mail.example.com) by 10.1.2.3 with SMTPs; x",
                "mail.example.com",
                "203.0.113.10",
                "",
            ),
            (
                "from by (by.example.com [203.0.113.10]) by mx.rcpt.example (8.15.2/8.15.2) with ESMTP id x (may be forged)",
                "by",
                "203.0.113.10",
                "mx.rcpt.example",
            ),
            (
                "from mail.example.com (unknown [203.0.113.10]) (using TLSv1.3 with cipher X (256/256 bits)) by mx.rcpt.example",
                "mail.example.com",
                "203.0.113.10",
                "mx.rcpt.example",
            ),
            (
                "from localhost (localhost [127.0.0.1]) by mx.rcpt.example (Postfix)",
                "localhost",
                "127.0.0.1",
                "mx.rcpt.example",
            ),
            ("by 2002:a05:6a10:1 with SMTP id z; Sat", "", "", ""),
            ("(qmail 12345 invoked by uid 89); 28 Nov 2026", "", "", ""),
        ] {
            let read = Received::read(value);
            assert_eq!(read.helo.as_deref().unwrap_or_default(), helo, "{value}");
            assert_eq!(read.address.map(|address| address.to_string()).unwrap_or_default(), address, "{value}");
            assert_eq!(read.by.map(|by| by.to_string()).unwrap_or_default(), by, "{value}");
        }
        let postfix = Received::read("from a (mail.example.com [203.0.113.10]) by mx.rcpt.example with ESMTPS; now");
        assert_eq!(postfix.reverse.map(|name| name.to_string()).as_deref(), Some("mail.example.com"));
        assert_eq!((postfix.with.as_deref(), postfix.date.as_deref()), (Some("ESMTPS"), Some("now")));
    }
}
