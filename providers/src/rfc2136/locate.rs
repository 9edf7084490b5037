//! Which zone of the server a name is in: asked of the server, by SOA questions from the name upwards.

use super::answer::{Answer, question, understand};
use super::transport::Session;
use crate::ProviderError;
use crate::dns::{Name, Rdata, RrType};

/// Where a name stands at this server.
#[derive(Debug)]
pub(super) struct Place {
    /// The apex of the longest zone there that holds it; none where the server holds no such zone.
    pub(super) zone: Option<Name>,
    /// What the server said to the SOA question for the name itself.
    pub(super) answer: Answer,
}

/// Finds the places of these names, all at once, none asked about above `top`.
///
/// That the server does not answer for a name says nothing about the zone above it: the search goes on there.
pub(super) async fn locate(
    session: &mut Session<'_>,
    names: &[Name],
    top: Option<&Name>,
) -> Result<Vec<Place>, ProviderError> {
    let mut places: Vec<Option<Place>> = names.iter().map(|_| None).collect();
    let mut open: Vec<(usize, Name)> = names.iter().cloned().enumerate().collect();
    while !open.is_empty() {
        let questions = open.iter().map(|(_, name)| question(name, RrType::SOA)).collect::<Result<_, _>>()?;
        let messages = session.ask(questions).await.map_err(super::fault::Fault::after_question)?;
        let mut next = Vec::new();
        for ((index, name), message) in open.into_iter().zip(messages) {
            let answer = understand(&name, RrType::SOA, message)?;
            let (zone, above) = match &answer {
                Answer::Records(_) => (Some(name), None),
                Answer::Nothing { zone: Some(zone), .. } => (Some(zone.clone()), None),
                Answer::Nothing { zone: None, .. } => {
                    let message = format!("the server says that {name} is not there, and not in which zone");
                    return Err(ProviderError::Unavailable(message));
                }
                Answer::Referral { cut, .. } => (None, cut.parent()),
                Answer::Redirected(owner) => (None, Some(owner.clone())),
                Answer::Alias(_) | Answer::NotHere(_) => (None, name.parent()),
            };
            // The first answer is the one about the name itself.
            let place = places[index].get_or_insert(Place { zone: None, answer });
            place.zone = zone;
            let above = above.filter(|above| !above.is_root() && top.is_none_or(|top| above.is_at_or_below(top)));
            next.extend(above.map(|above| (index, above)));
        }
        open = next;
    }
    Ok(places.into_iter().flatten().collect())
}

impl Place {
    /// Where the name is not the zone's own: the name at which it ends. An error where the server does not hold the zone.
    pub(super) fn delegated_at(&self, zone: &Name) -> Result<Option<Name>, ProviderError> {
        match (&self.answer, &self.zone) {
            (Answer::Redirected(owner), _) => {
                let message = format!("names below {owner} are redirected by its DNAME record: none can hold records");
                Err(ProviderError::Unsupported(message))
            }
            (Answer::NotHere(why), _) => Err(ProviderError::Unauthorized(format!(
                "{why}: either {zone} is not a zone of this server, or the key may not read it"
            ))),
            (Answer::Referral { cut, .. }, Some(found)) if found == zone => Ok(Some(cut.clone())),
            (_, Some(found)) if found == zone => Ok(None),
            // The server also holds the zone that begins in between.
            (_, Some(found)) if found.is_at_or_below(zone) => Ok(Some(found.clone())),
            _ => Err(ProviderError::NoZone(zone.clone())),
        }
    }

    /// The NS data of a referral.
    pub(super) fn servers(&self) -> Vec<crate::Value> {
        let Answer::Referral { servers, .. } = &self.answer else { return Vec::new() };
        let values = servers.iter().filter_map(super::convert::from_wire_record);
        values.filter(|value| matches!(value.rdata, Rdata::Ns(_))).collect()
    }
}
