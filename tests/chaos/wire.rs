//! What strikes the requests of one run, and who else is at work meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mailvouch_providers::Value;
use mailvouch_providers::dns::Name;
use tokio::sync::Notify;

use super::blow::Blow;
use super::seeded::Seeded;
use super::site::{OURS, Race, Site, THEIRS, TTL};
use crate::servers::Record;
use crate::support::proxy::{Fate, Speech, changes_something};
use crate::support::world::txt;

/// A request, by its number from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    /// Among all.
    Message(usize),
    /// Among those that change something.
    Write(usize),
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    ToWrite,
    ToLook,
    /// The rest of what was looked at.
    ForMore,
}

/// How many requests there are where nothing strikes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Length {
    pub(super) messages: usize,
    pub(super) writes: usize,
}

impl Length {
    pub(super) fn point(self, numbers: &mut Seeded) -> Point {
        // Half of them where it matters most; and some beyond the end, at what is done to take things back.
        if numbers.below(2) == 0 {
            Point::Write(numbers.below(self.writes + 1))
        } else {
            Point::Message(numbers.below(self.messages + self.messages / 4))
        }
    }
}

/// Somebody else's act.
#[derive(Clone, Debug)]
pub(super) struct Intrusion {
    blow: Blow,
    at: usize,
    /// What he put there, and has to find again.
    pub(super) put: Vec<Record>,
    /// Whether it fell between a look of ours and the writing that rests on it, at a server where that loses it.
    pub(super) may_be_lost: bool,
}

/// The wire between us and the server.
pub(super) struct Wire {
    pub(super) site: Arc<dyn Site>,
    pub(super) apex: Name,
    pub(super) blows: Vec<(Point, Blow)>,
    pub(super) killed: Arc<Notify>,
    /// Whether it is all over.
    pub(super) healed: Arc<AtomicBool>,
    pub(super) length: Length,
    /// The message with which our latest look began.
    look: usize,
    pub(super) happened: Vec<Blow>,
    pub(super) intrusions: Vec<Intrusion>,
}

impl Wire {
    pub(super) fn new(site: Arc<dyn Site>, apex: Name, blows: Vec<(Point, Blow)>) -> Self {
        Self {
            site,
            apex,
            blows,
            killed: Arc::default(),
            healed: Arc::default(),
            length: Length::default(),
            look: 0,
            happened: Vec::new(),
            intrusions: Vec::new(),
        }
    }

    /// What becomes of a message.
    pub(super) fn decide(&mut self, speech: Speech, message: &[u8]) -> Fate {
        let asks = match speech {
            Speech::Dns if changes_something(message) => Asks::ToWrite,
            Speech::Http if !message.starts_with(b"GET ") => Asks::ToWrite,
            _ if self.site.looks_anew(message) => Asks::ToLook,
            _ => Asks::ForMore,
        };
        let killed = self.killed.clone();
        self.strike(asks).map_or(Fate::Pass, |blow| blow.fate(speech, message, &killed))
    }

    /// What strikes a request; somebody else has had his turn.
    pub(super) fn strike(&mut self, asks: Asks) -> Option<Blow> {
        if self.healed.load(Ordering::SeqCst) {
            return None;
        }
        let is_write = asks == Asks::ToWrite;
        let (at, write) = (self.length.messages, self.length.writes);
        self.length.messages += 1;
        match asks {
            Asks::ToWrite => self.length.writes += 1,
            Asks::ToLook => self.look = at,
            Asks::ForMore => {}
        }
        let falls = |point: Point| match point {
            Point::Message(number) => number == at,
            Point::Write(number) => is_write && number == write,
        };
        let now: Vec<Blow> = self.blows.iter().filter(|(point, _)| falls(*point)).map(|(_, blow)| *blow).collect();
        let mut struck = None;
        for blow in now {
            match blow {
                Blow::Token | Blow::Ours | Blow::Edited => self.intrude(blow, at),
                _ if struck.is_some() => {}
                _ => {
                    self.happened.push(blow);
                    struck = Some(blow);
                }
            }
        }
        if is_write {
            self.lose();
        }
        struck
    }

    /// Somebody else acts. Where what he does can be lost, it is known when: not if a request is still on its way.
    fn intrude(&mut self, blow: Blow, at: usize) {
        let is_race = self.site.race() != Race::Nothing;
        if is_race && self.happened.iter().any(|happened| happened.is_late()) {
            return;
        }
        let apex = self.apex.clone();
        let put = if blow == Blow::Token {
            let token = Value::new(txt("intruder=1"), TTL);
            let elsewhere = apex.child("theirs").expect("a name");
            for owner in [&apex, &elsewhere] {
                self.site.put(&apex, owner, &token);
            }
            vec![(apex.clone(), TTL, token.rdata.clone()), (elsewhere, TTL, token.rdata)]
        } else {
            let records = self.site.records(&apex);
            let is_ours = |(owner, _, rdata): &Record| *owner == apex && OURS.iter().any(|text| *rdata == txt(text));
            if !records.iter().any(is_ours) {
                return;
            }
            if blow == Blow::Edited {
                self.site.edit_ours(&apex);
            } else {
                self.site.replace_ours(&apex);
            }
            vec![(apex.clone(), TTL, txt(THEIRS))]
        };
        if self.intrusions.iter().all(|earlier| earlier.put != put) {
            self.intrusions.push(Intrusion { blow, at, put, may_be_lost: false });
        }
        self.happened.push(blow);
    }

    /// What a write of ours may undo of others' acts: those since the look that it rests on.
    fn lose(&mut self) {
        let (race, look, apex) = (self.site.race(), self.look, self.apex.clone());
        for intrusion in self.intrusions.iter_mut().filter(|intrusion| intrusion.at > look) {
            intrusion.may_be_lost |= match race {
                Race::Nothing => false,
                Race::Record => intrusion.blow == Blow::Edited,
                Race::Set => intrusion.put.iter().any(|(owner, ..)| *owner == apex),
            };
        }
    }

    /// Whether somebody else has changed what is ours.
    pub(super) fn is_tampered(&self) -> bool {
        self.happened.iter().any(|blow| matches!(blow, Blow::Ours | Blow::Edited))
    }
}

impl Intrusion {
    /// What he has to find again, whatever happened.
    pub(super) fn stays(&self, apex: &Name) -> impl Iterator<Item = &Record> {
        self.put.iter().filter(move |(owner, ..)| !self.may_be_lost || owner != apex)
    }
}
