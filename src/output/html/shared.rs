//! Records that several domains include are drawn once: a thousand domains share few mail services, and whoever reads of
//! one of these wants to know how many depend on it.

use std::collections::BTreeMap;

use super::domain::Domain;
use super::spf::Row;
use crate::output::words::count;

/// Domains from which on a record is drawn apart from them.
const DOMAINS: usize = 4;
/// Terms from which on that is shorter.
const TERMS: usize = 3;

/// A record, and all behind it, that several domains include.
pub(super) struct Shared {
    /// Its name in this page.
    pub(super) id: String,
    /// Its name in DNS.
    pub(super) name: String,
    /// How many domains include it.
    pub(super) domains: String,
    pub(super) rows: Vec<Row>,
}

/// Takes out of the domains' trees what is drawn once, and leaves a link there.
pub(super) fn share(domains: &mut [Domain]) -> Vec<Shared> {
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for domain in domains.iter() {
        let rows = domain.spf.as_ref().map_or(&[][..], |spf| &spf.rows);
        let mut here: Vec<String> = branches(rows).filter_map(|(index, end)| key(rows, index, end)).collect();
        here.sort_unstable();
        here.dedup();
        for key in here {
            *users.entry(key).or_default() += 1;
        }
    }
    users.retain(|_, users| *users >= DOMAINS);
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let mut shared: Vec<Shared> = Vec::new();
    for spf in domains.iter_mut().filter_map(|domain| domain.spf.as_mut()) {
        let all: Vec<(usize, usize)> = branches(&spf.rows).collect();
        // From the last one, so that the places of the others stay what they are.
        for (index, end) in all.into_iter().rev() {
            let Some(key) = key(&spf.rows, index, end) else { continue };
            let Some(users) = users.get(&key) else { continue };
            let rows: Vec<Row> = spf.rows.drain(index + 1..end).collect();
            let terms = rows.len();
            let name = spf.rows[index].target.clone().unwrap_or_default();
            let id = places.entry(key).or_insert_with(|| {
                let id = format!("s{}", shared.len());
                let mut rows: Vec<Row> = rows.into_iter().map(|row| Row { number: None, ..row }).collect();
                // It stands in a list of its own: the branch that it hung on does not end here.
                if let Some(last) = rows.last_mut() {
                    last.closes -= 1;
                }
                shared.push(Shared { id: id.clone(), name, domains: count(*users, "domain"), rows });
                id
            });
            let row = &mut spf.rows[index];
            row.opens = false;
            row.elsewhere = Some((id.clone(), format!("its {}", count(terms, "term"))));
        }
    }
    shared
}

/// The terms of a domain's own record that a record hangs below: the places of the term, and behind its last row.
fn branches(rows: &[Row]) -> impl Iterator<Item = (usize, usize)> {
    let mut depth = 0;
    let mut start = 0;
    rows.iter().enumerate().filter_map(move |(index, row)| {
        if depth == 0 {
            start = index;
        }
        depth += usize::from(row.opens);
        let ends = depth > 0 && depth == row.closes;
        depth -= row.closes.min(depth);
        ends.then_some((start, index + 1))
    })
}

/// All that is shown of what hangs below a term, but for which look-up each is; none where that cannot be left out.
fn key(rows: &[Row], index: usize, end: usize) -> Option<String> {
    let below = &rows[index + 1..end];
    if below.len() < TERMS || below.iter().any(|row| row.is_past) {
        return None;
    }
    let mut key = rows[index].target.clone()?;
    for row in below {
        let Row { term, class, cost, remarks, opens, closes, .. } = row;
        key.push_str(&format!("\n{term}\t{class}\t{}\t{opens}\t{closes}", cost.as_deref().unwrap_or_default()));
        for said in remarks {
            key.push_str(&format!("\t{}\t{}", said.class, said.text));
        }
    }
    Some(key)
}
