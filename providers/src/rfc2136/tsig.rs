//! Signs what is sent and believes only what is signed (RFC 8945).
//!
//! The codec's own verifier is not used: it counts a signature with a TSIG error as a broken one, and subtracts times
//! that a clock near 1970 makes smaller than the fudge.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::TSIG;
use hickory_proto::rr::rdata::tsig::{TsigError, make_tsig_record, message_tbs, signed_bitmessage_to_buf};

use super::TsigKey;
use super::answer::mnemonic;
use super::convert::to_wire_name;
use super::fault::Fault;

/// Seconds by which the two clocks may differ, as RFC 8945, section 10, advises.
pub(super) const FUDGE: u16 = 300;

/// A message as it goes out, and its signature, which the answer's rests on.
pub(super) struct Signed {
    pub(super) octets: Vec<u8>,
    pub(super) mac: Vec<u8>,
}

/// Signs a message at `now` (seconds since 1970).
pub(super) fn sign(message: &Message, key: &TsigKey, now: u64) -> Result<Signed, Fault> {
    let unusable = |error: &dyn std::error::Error| Fault::NotSent(format!("the request cannot be signed: {error}"));
    let name = to_wire_name(&key.name).map_err(|error| unusable(&error))?;
    let algorithm = key.algorithm.on_the_wire();
    let unsigned = TSIG::new(algorithm.clone(), now, FUDGE, Vec::new(), message.metadata.id, None, Vec::new());
    let signed_octets = message_tbs(message, &unsigned, &name).map_err(|error| unusable(&error))?;
    let mac = algorithm.mac_data(key.secret.octets(), &signed_octets).map_err(|error| unusable(&error))?;
    let mut message = message.clone();
    message.set_signature(Box::new(make_tsig_record(name, unsigned.set_mac(mac.clone()))));
    let octets = message.to_vec().map_err(|error| unusable(&error))?;
    if is_whole(&octets, &message) { Ok(Signed { octets, mac }) } else { Err(Fault::TooLarge) }
}

/// Whether every record made it into the octets. The codec leaves out what does not fit and sets TC: sent like that, an
/// update would take values away and not put the new ones in.
fn is_whole(octets: &[u8], message: &Message) -> bool {
    let written = |at: usize| octets.get(at..at + 2).map(|pair| usize::from(pair[0]) << 8 | usize::from(pair[1]));
    let sections =
        [message.queries.len(), message.answers.len(), message.authorities.len(), message.additionals.len() + 1];
    let truncated = octets.get(2).is_none_or(|flags| flags & 0b10 != 0);
    !truncated && sections.into_iter().enumerate().all(|(index, count)| written(4 + 2 * index) == Some(count))
}

/// Reads an answer to the request whose signature is `request_mac`, if it is signed with the same key.
pub(super) fn believe(octets: &[u8], request_mac: &[u8], key: &TsigKey, now: u64) -> Result<Message, Fault> {
    let doubt = |why: String| Fault::NoAnswer(why);
    let message = Message::from_vec(octets).map_err(|error| doubt(format!("answered what cannot be read: {error}")))?;
    let Some(signature) = message.signature() else {
        return Err(match message.metadata.response_code {
            code @ (ResponseCode::Refused | ResponseCode::NotAuth) => Fault::Refused(code),
            code => doubt(format!("answered without a signature ({}), which is not believed", mnemonic(code))),
        });
    };
    let error = signature.data.error;
    if let Some(error @ (TsigError::BadKey | TsigError::BadSig)) = error
        && signature.data.mac.is_empty()
    {
        return Err(Fault::KeyRefused(refused_key(error, key)));
    }
    let (signed_octets, record) = signed_bitmessage_to_buf(octets, Some(request_mac), true)
        .map_err(|error| doubt(format!("answered what cannot be read: {error}")))?;
    let tsig = &record.data;
    let name = to_wire_name(&key.name).map_err(|error| doubt(error.to_string()))?;
    let algorithm = key.algorithm.on_the_wire();
    let same_key = record.name.eq_ignore_root(&name) && tsig.algorithm.to_name().eq_ignore_root(&algorithm.to_name());
    let sound = tsig.mac.len() == key.algorithm.mac_len()
        && algorithm.verify_mac(key.secret.octets(), &signed_octets, &tsig.mac).is_ok();
    if !same_key || !sound {
        return Err(doubt(format!("answered with a signature that is not of the key {}", key.name)));
    }
    match error {
        None => {}
        Some(TsigError::BadTime) => return Err(Fault::SignatureRefused(refused_time(&tsig.other, now))),
        Some(error) => return Err(Fault::SignatureRefused(refused_key(error, key))),
    }
    if now.abs_diff(tsig.time) > u64::from(FUDGE) {
        return Err(doubt(format!("signed its answer {} s away from this machine's time", now.abs_diff(tsig.time))));
    }
    Ok(message)
}

fn refused_key(error: TsigError, key: &TsigKey) -> String {
    let TsigKey { name, algorithm, .. } = key;
    match error {
        TsigError::BadKey => format!("no key {name} with {algorithm} there (BADKEY): check its name and its algorithm"),
        TsigError::BadSig => format!("the key {name} has another secret there (BADSIG): check the secret"),
        TsigError::BadTrunc => format!("the signature of the key {name} is too short for it (BADTRUNC)"),
        error => format!("the key {name} was not taken (TSIG error {})", u16::from(error)),
    }
}

/// `theirs`: the server's time in 48 bits (RFC 8945, section 5.2.3).
fn refused_time(theirs: &[u8], ours: u64) -> String {
    let advice = format!("the clocks differ by more than {FUDGE} s (BADTIME): check the time of this machine");
    if theirs.len() != 6 {
        return advice;
    }
    let theirs = theirs.iter().fold(0_u64, |time, octet| time << 8 | u64::from(*octet));
    let way = if theirs > ours { "ahead of" } else { "behind" };
    format!("{advice} and of the server, which is {} s {way} it", theirs.abs_diff(ours))
}
