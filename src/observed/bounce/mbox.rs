//! A mailbox file: messages one behind the other, each behind a line that begins with `From ` (mboxo, mboxrd).

/// Messages of one file that are read.
pub(super) const MOST: usize = 10_000;

/// The messages of a mailbox, without the quoting of lines; nothing where the text is none, or holds one message only.
pub(super) fn messages(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    if !bytes.starts_with(b"From ") {
        return None;
    }
    let mut starts = Vec::new();
    let (mut at, mut after_blank) = (0, true);
    while at < bytes.len() {
        let length = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len() - at, |end| end + 1);
        let line = bytes[at..at + length].trim_ascii_end();
        if after_blank && is_postmark(line) {
            starts.push(at);
        }
        after_blank = line.is_empty();
        at += length;
    }
    if starts.len() < 2 || starts.len() > MOST {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    Some(starts.iter().zip(ends).map(|(start, end)| unquoted(&bytes[*start..end])).collect())
}

/// `From user@example.com Thu Apr 29 23:34:45 2015`: an address, and a time of day.
fn is_postmark(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let has_time =
        rest.windows(5).any(|five| five[2] == b':' && [0, 1, 3, 4].iter().all(|at| five[*at].is_ascii_digit()));
    has_time && rest.len() < 200
}

/// A message without its postmark, and without the `>` that was put before `From ` at the beginning of lines.
fn unquoted(bytes: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(bytes.len());
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if index == 0 {
            continue;
        }
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = quotes > 0 && line[quotes..].starts_with(b"From ");
        message.extend_from_slice(&line[usize::from(is_quoted)..]);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_at_postmarks_and_nowhere_else() {
        let text = b"From a@b.example Thu Apr 29 23:34:45 2015\nSubject: 1\n\n>From here\nFrom here on\n\nFrom - Thu Apr 29 23:34:45 2015\nSubject: 2\n\n>>From x\n";
        let messages = messages(text).unwrap();
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0], b"Subject: 1\n\nFrom here\nFrom here on\n\n");
        assert_eq!(messages[1], b"Subject: 2\n\n>From x\n");
        assert!(super::messages(b"From a@b.example Thu Apr 29 23:34:45 2015\nSubject: 1\n\n").is_none());
    }
}
