//! Keeps a credential out of what is told: services give back what they were sent, whole or turned over.

use std::fmt;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// What stands in its place.
const INSTEAD: &str = "[secret]";
/// What is shorter stands in every text.
const SHORTEST: usize = 4;

/// Credentials in each form in which they could come back; the longest forms first.
pub(crate) struct Hidden(RwLock<Vec<String>>);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

impl Hidden {
    /// Those of these credentials.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let hidden = Self(RwLock::default());
        hidden.add(secrets);
        hidden
    }

    /// Hides these, too: a token that was only just given out.
    pub(crate) fn add<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        let mut forms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
            forms.push(secret.to_owned());
            for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
                forms.push(engine.encode(secret));
                if let Ok(octets) = engine.decode(secret)
                    && let Ok(text) = String::from_utf8(octets)
                    && text.len() >= SHORTEST
                {
                    forms.push(text);
                }
            }
            let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            forms.push(encoded.replace('+', "%20"));
            forms.push(percent_in_lower_case(&encoded));
            forms.push(encoded);
            let in_json = serde_json::Value::from(secret).to_string();
            forms.push(in_json[1..in_json.len() - 1].to_owned());
        }
        // The longest first: one may be the beginning of another.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
    }

    /// A text of others, without it.
    pub(crate) fn out_of(&self, text: &str) -> String {
        let forms = self.0.read().unwrap_or_else(PoisonError::into_inner);
        forms.iter().fold(text.to_owned(), |text, form| text.replace(form, INSTEAD))
    }
}

fn percent_in_lower_case(encoded: &str) -> String {
    let mut lower = String::with_capacity(encoded.len());
    let mut left = 0_u8;
    for char in encoded.chars() {
        lower.push(if left > 0 { char.to_ascii_lowercase() } else { char });
        left = if char == '%' { 2 } else { left.saturating_sub(1) };
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form() {
        let secret = "p+q/r=\"s\" tuv";
        let hidden = Hidden::new([secret]);
        for form in [
            "you sent `p+q/r=\"s\" tuv`",
            "{\"sent\": \"p+q/r=\\\"s\\\" tuv\"}",
            "key=p%2Bq%2Fr%3D%22s%22+tuv&x",
            "key=p%2bq%2fr%3d%22s%22+tuv&x",
            "cCtxL3I9InMiIHR1dg==",
        ] {
            let told = hidden.out_of(form);
            assert!(told.contains(INSTEAD) && !told.contains("tuv") && !told.contains("cCtx"), "{told}");
        }
        // One that is base64 itself: what it stands for.
        assert_eq!(Hidden::new(["aHVudGVyMg=="]).out_of("is it hunter2?"), "is it [secret]?");
        assert_eq!(hidden.out_of("nothing of it"), "nothing of it");
        assert_eq!(Hidden::new(["a"]).out_of("a cat"), "a cat");
        assert!(!format!("{hidden:?}").contains("tuv"));
        hidden.add(["another one"]);
        assert_eq!(hidden.out_of("another one, and p+q/r=\"s\" tuv"), "[secret], and [secret]");
    }
}
