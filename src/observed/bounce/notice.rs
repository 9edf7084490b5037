//! Notifications of Amazon SES: a JSON document in place of words, perhaps as a text inside another one.

use serde_json::{Deserializer, Value};

use super::model::Action;
use super::status::Fate;

/// How deep a document is looked through; a notification has three levels.
const DEPTH: usize = 8;

/// What a notification says of its recipients; nothing where the text is none.
pub(super) fn fates(text: &str) -> Vec<Fate> {
    let text = text.trim_start();
    if !text.starts_with('{') {
        return Vec::new();
    }
    // Behind the document stands how to end the subscription.
    let Some(Ok(value)) = Deserializer::from_str(text).into_iter::<Value>().next() else { return Vec::new() };
    let mut fates = Vec::new();
    collect(&value, DEPTH, &mut fates);
    fates
}

fn collect(value: &Value, depth: usize, fates: &mut Vec<Fate>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    match value {
        Value::Object(fields) => {
            if let Some(recipients) =
                fields.get("bouncedRecipients").or(fields.get("delayedRecipients")).and_then(Value::as_array)
            {
                let is_delay = fields.contains_key("delayedRecipients");
                fates.extend(
                    recipients.iter().map(|recipient| Fate {
                        recipient: text(recipient, "emailAddress"),
                        action: Some(if is_delay { Action::Delayed } else { Action::Failed }),
                        status: text(recipient, "status"),
                        diagnostic: text(recipient, "diagnosticCode")
                            .map(|said| said.trim_start_matches("smtp;").trim().to_owned()),
                        reporting_mta: text(value, "reportingMTA")
                            .map(|name| name.trim_start_matches("dsn;").trim().to_owned()),
                        retries: is_delay,
                        ..Fate::default()
                    }),
                );
            } else if let (Some(recipients), Some(said)) =
                (fields.get("recipients").and_then(Value::as_array), text(value, "smtpResponse"))
            {
                fates.extend(recipients.iter().filter_map(Value::as_str).map(|recipient| Fate {
                    recipient: Some(recipient.to_owned()),
                    action: Some(Action::Delivered),
                    diagnostic: Some(said.clone()),
                    reporting_mta: text(value, "reportingMTA"),
                    ..Fate::default()
                }));
            } else {
                fields.values().for_each(|value| collect(value, depth, fates));
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, depth, fates)),
        Value::String(inner) if inner.trim_start().starts_with('{') => {
            if let Ok(value) = serde_json::from_str(inner) {
                collect(&value, depth, fates);
            }
        }
        _ => {}
    }
}
