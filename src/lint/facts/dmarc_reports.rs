//! Where DMARC reports go: whether the destination takes them, and whether mail reaches it.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::Depth;
use crate::dmarc::{Reports, Walk};
use crate::published::{Ask, Reason, Reply};
use crate::record::{DmarcRecord, Span};

/// Destinations of one record that are looked at: more than a few are somebody's mistake.
const MAX_DESTINATIONS: usize = 16;

/// One domain that reports go to.
#[derive(Clone, Debug)]
pub struct DestinationFacts {
    /// The domain.
    pub host: Name,
    /// The addresses of the record that are in it: their bytes.
    pub spans: Vec<Span>,
    /// Whether it takes reports about the domain.
    pub reports: Reports,
    /// Where its mail goes; not asked for where little is.
    pub mx: Arc<Reply>,
    /// Its A and AAAA sets; asked for only where it has no MX.
    pub addresses: Option<[Arc<Reply>; 2]>,
}

impl DestinationFacts {
    /// Those of a record, each once, in order. No verdict rests on what they say.
    pub(super) fn all(ask: &Ask<'_>, walk: &Walk, record: &DmarcRecord, depth: Depth) -> Vec<Self> {
        let mut hosts: Vec<(Name, Vec<Span>)> = Vec::new();
        for (domain, span) in record.report_hosts() {
            match hosts.iter_mut().find(|(host, _)| host == domain) {
                Some((_, spans)) => spans.push(span.clone()),
                None => hosts.push((domain.clone(), vec![span.clone()])),
            }
        }
        hosts.truncate(MAX_DESTINATIONS);
        let look_up = |name: &Name, rtype| {
            let reply = if depth == Depth::Brief { None } else { ask.get_thorough(name, rtype) };
            reply.unwrap_or_else(|| Arc::new(Reply::unknown(Reason::NotInSnapshot)))
        };
        let of_host = |(host, spans): (Name, Vec<Span>)| {
            let reports = Reports::from_walk(&walk.domain, walk, &host, |name| ask.get_thorough(name, RrType::TXT));
            let mx = look_up(&host, RrType::MX);
            let addresses = mx.is_absent().then(|| [RrType::A, RrType::AAAA].map(|rtype| look_up(&host, rtype)));
            Self { host, spans, reports, mx, addresses }
        };
        hosts.into_iter().map(of_host).collect()
    }

    /// Why no mail reaches it; none where it may, or nobody knows.
    pub fn unreachable(&self) -> Option<&'static str> {
        let is_null = |value: &Rdata| matches!(value, Rdata::Mx { exchange, .. } if exchange.is_root());
        if self.mx.records().is_some_and(|set| set.values.iter().any(is_null)) {
            return Some("its null MX says that it takes no mail");
        }
        let [v4, v6] = self.addresses.as_ref()?;
        (v4.is_absent() && v6.is_absent()).then_some("it has no MX and no address")
    }
}
