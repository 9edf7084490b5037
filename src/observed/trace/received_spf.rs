//! `Received-SPF` (RFC 7208, section 9.1): what `check_host` came to, and for whom.

use std::net::IpAddr;

use super::words::{Piece, address, pieces};

/// One field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedSpf {
    /// `pass`, `fail`, `softfail`, in small letters.
    pub result: String,
    /// Words beside it.
    pub comment: Option<String>,
    /// The address that was checked.
    pub client_ip: Option<IpAddr>,
    /// The envelope sender.
    pub envelope_from: Option<String>,
    /// The name in HELO.
    pub helo: Option<String>,
    /// Who checked.
    pub receiver: Option<String>,
}

impl ReceivedSpf {
    /// Reads an unfolded field. Some put semicolons between the pairs, others blanks.
    pub fn read(value: &str) -> Self {
        let mut read = Self::default();
        for piece in pieces(value) {
            match piece {
                Piece::Word(word) if read.result.is_empty() => read.result = word.to_ascii_lowercase(),
                Piece::Word(word) => read.pair(&word),
                Piece::Comment(text) => read.comment = read.comment.take().or(Some(text)),
                Piece::End => {}
            }
        }
        read
    }

    fn pair(&mut self, word: &str) {
        let Some((key, value)) = word.split_once('=') else { return };
        let text = || Some(value.trim_matches(['<', '>']).to_owned()).filter(|value| !value.is_empty());
        match key.to_ascii_lowercase().as_str() {
            "client-ip" => self.client_ip = address(value),
            "envelope-from" => self.envelope_from = text(),
            "helo" => self.helo = text(),
            "receiver" => self.receiver = text(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_it_are_read() {
        for value in [
            "Pass (protection.outlook.com: domain of example.com designates 203.0.113.10 as permitted sender) \
             receiver=protection.outlook.com; client-ip=203.0.113.10; helo=mail.example.com; pr=C",
            "pass (mybox) client-ip=203.0.113.10 helo=mail.example.com envelope-from=\"a@example.com\" receiver=mx.example",
        ] {
            let read = ReceivedSpf::read(value);
            assert_eq!((read.result.as_str(), read.helo.as_deref()), ("pass", Some("mail.example.com")), "{value}");
            assert_eq!(read.client_ip.map(|address| address.to_string()).as_deref(), Some("203.0.113.10"), "{value}");
        }
        assert_eq!(ReceivedSpf::read("").result, "");
    }
}
