//! SPF, DKIM and DMARC as an answer tells them: `Spf= Fail , Dkim= Pass`, `DKIM = did not pass`, `SPF [d] with ip: […] =
//! did not pass`.

use super::model::Verdicts;

/// Reads them from a [plain](super::prose::plain) answer.
pub(super) fn verdicts(answer: &str) -> Verdicts {
    Verdicts { spf: one(answer, "spf"), dkim: one(answer, "dkim"), dmarc: one(answer, "dmarc") }
}

fn one(answer: &str, method: &str) -> Option<String> {
    answer.match_indices(method).find_map(|(at, _)| {
        let before = answer[..at].chars().next_back();
        if before.is_some_and(|char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_' | '/')) {
            return None;
        }
        let rest = answer[at + method.len()..].trim_start();
        // Gmail puts the domain and the address between.
        let value = match rest.strip_prefix('[') {
            Some(domain) => domain.split_once(" = ").filter(|(between, _)| between.len() < 200)?.1,
            None => rest.strip_prefix('=')?,
        };
        let value = value.trim_start();
        if value.starts_with("did not pass") {
            return Some("fail".to_owned());
        }
        let word: String = value.chars().take_while(char::is_ascii_alphabetic).collect();
        matches!(word.as_str(), "pass" | "fail" | "softfail" | "none" | "neutral" | "temperror" | "permerror")
            .then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let microsoft = verdicts("linkid=2319303 spf= fail , dkim= pass , dmarc= pass [bl0");
        assert_eq!(
            [microsoft.spf, microsoft.dkim, microsoft.dmarc].map(Option::unwrap_or_default),
            ["fail", "pass", "pass"]
        );
        let gmail = verdicts(
            "authentication results: dkim = did not pass spf [example.com] with ip: [192.0.2.1] = did not pass for",
        );
        assert_eq!([gmail.spf, gmail.dkim, gmail.dmarc], [Some("fail".to_owned()), Some("fail".to_owned()), None]);
        assert!(verdicts("see https://x.example/spf=pass and the spf record").is_empty());
    }
}
