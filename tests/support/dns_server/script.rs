//! What a server holds, and what it is told to do wrong.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, ResponseCode};
use hickory_proto::rr::Record;
use mailvouch_providers::dns::{Name, Rdata, RrType, Soa};

use super::wire::{asked, name, wire, wire_data};

/// The way a query came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

/// What the server takes itself for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Knows every name: what it holds no record of does not exist.
    Resolver,
    /// Knows the names at and below these apexes; refuses others, and does not follow an alias to them.
    Authoritative,
}

/// What becomes of an answer.
#[derive(Clone)]
pub(crate) enum Act {
    /// It is changed first: the query, and the answer as it would be.
    Edit(fn(&Message, &mut Message)),
    /// A response code takes its place.
    Rcode(ResponseCode),
    /// A response code takes its place the first time.
    RcodeOnce(ResponseCode),
    /// The query's id and then these octets take its place.
    Octets(Vec<u8>),
    /// It never comes.
    Silence,
    /// It does not come the first time.
    SilenceOnce,
    /// It comes late.
    Late(Duration),
    /// TCP only: the connection ends in the middle of it.
    CloseMidway,
}

impl Act {
    /// Cut off, as the datagram says.
    pub(crate) fn truncated() -> Self {
        Self::Edit(|_, answer| {
            *answer = answer.truncate();
            answer.metadata.truncation = true;
        })
    }
}

/// Takes all records out of an answer.
pub(crate) fn bare(answer: &mut Message, code: ResponseCode) {
    answer.metadata.response_code = code;
    answer.answers.clear();
    answer.authorities.clear();
}

/// What the server holds, and what it does.
pub(crate) struct Script {
    role: Role,
    apexes: Vec<Name>,
    records: BTreeMap<Name, Vec<(u32, Rdata)>>,
    pub(super) acts: HashMap<(Name, RrType, Transport), Act>,
    pub(super) delay: Duration,
    pub(super) batches: Vec<usize>,
    pub(super) tcp: bool,
}

impl Script {
    /// A resolver that knows no name.
    pub(crate) fn resolver() -> Self {
        Self {
            role: Role::Resolver,
            apexes: vec![Name::root()],
            records: BTreeMap::new(),
            acts: HashMap::new(),
            delay: Duration::ZERO,
            batches: Vec::new(),
            tcp: true,
        }
    }

    /// The server of these zones, which hold no record yet.
    pub(crate) fn authoritative(apexes: &[&str]) -> Self {
        Self { role: Role::Authoritative, apexes: apexes.iter().map(|apex| name(apex)).collect(), ..Self::resolver() }
    }

    /// Records, one a line: `OWNER [TTL] TYPE DATA`, names absolute, TTL 300 if none is given.
    pub(crate) fn records(mut self, text: &str) -> Self {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (owner, rest) = line.split_once(' ').expect("an owner");
            let rest = rest.trim_start();
            let (ttl, rest) = match rest.split_once(' ') {
                Some((ttl, rest)) if ttl.parse::<u32>().is_ok() => (ttl.parse().expect("seconds"), rest.trim_start()),
                _ => (300, rest),
            };
            let (rtype, data) = rest.split_once(' ').expect("a type");
            let rdata = Rdata::parse(rtype.parse().expect("a type"), data.trim()).expect(line);
            self.records.entry(name(owner)).or_default().push((ttl, rdata));
        }
        self
    }

    /// What becomes of the answers to this question.
    pub(crate) fn act(self, owner: &str, rtype: RrType, act: Act) -> Self {
        self.act_over(Transport::Udp, owner, rtype, act.clone()).act_over(Transport::Tcp, owner, rtype, act)
    }

    /// What becomes of the answers to this question over one transport.
    pub(crate) fn act_over(mut self, transport: Transport, owner: &str, rtype: RrType, act: Act) -> Self {
        self.acts.insert((name(owner), rtype, transport), act);
        self
    }

    /// Each answer comes this much later.
    pub(crate) fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The first answers are held back until so many questions are there, then so many more, and so on; what comes
    /// behind these batches is answered at once. Whoever asks one by one waits in vain.
    pub(crate) fn in_batches(self, sizes: &[usize]) -> Self {
        Self { batches: sizes.to_vec(), ..self }
    }

    /// Nobody listens on the TCP port.
    pub(crate) fn without_tcp(self) -> Self {
        Self { tcp: false, ..self }
    }

    /// The answer as it should be.
    pub(super) fn answer(&self, request: &Message) -> Message {
        let mut answer = Message::response(request.id, request.op_code);
        answer.queries.clone_from(&request.queries);
        answer.edns = request.edns.as_ref().map(|_| Edns::new());
        answer.metadata.recursion_desired = request.recursion_desired;
        answer.metadata.recursion_available = self.role == Role::Resolver;
        answer.metadata.authoritative = self.role == Role::Authoritative;
        let (mut at, wanted) = asked(request);
        let mut followed = 0;
        loop {
            let Some(apex) = self.apexes.iter().filter(|apex| at.is_at_or_below(apex)).max_by_key(|a| a.label_count())
            else {
                if followed == 0 {
                    bare(&mut answer, ResponseCode::Refused);
                }
                return answer;
            };
            let here = self.records.get(&at).map(Vec::as_slice).unwrap_or_default();
            let alias = here.iter().find(|(_, data)| data.rtype() == RrType::CNAME && wanted != RrType::CNAME);
            let matching = here.iter().filter(|(_, data)| data.rtype() == wanted);
            if let Some((ttl, data @ Rdata::Cname(target))) = alias {
                answer.answers.push(Record::from_rdata(wire(&at), *ttl, wire_data(data)));
                at = target.clone();
                followed += 1;
                if followed > 40 {
                    return answer;
                }
                continue;
            }
            answer.answers.extend(matching.map(|(ttl, data)| Record::from_rdata(wire(&at), *ttl, wire_data(data))));
            let missing = answer.answers.len() == followed;
            if missing {
                let host = name("host.invalid");
                let soa =
                    Soa { mname: host.clone(), rname: host, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 };
                answer.authorities.push(Record::from_rdata(wire(apex), 300, wire_data(&Rdata::Soa(soa))));
                let exists = at == *apex || self.records.keys().any(|owner| owner.is_at_or_below(&at));
                let code = if exists { ResponseCode::NoError } else { ResponseCode::NXDomain };
                answer.metadata.response_code = code;
            }
            return answer;
        }
    }
}
