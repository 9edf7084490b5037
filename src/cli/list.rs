//! A list of domains: where it comes from, and which part of it is looked at.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use mailvouch_providers::dns::Name;

/// Domains from a file.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub domains_from: Option<PathBuf>,
    /// Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine.
    #[arg(long, value_name = "K/N", requires = "domains_from")]
    pub shard: Option<Shard>,
    /// Begin with this line of the list: a run that was stopped says which.
    #[arg(long, value_name = "LINE", requires = "domains_from")]
    pub resume_from: Option<NonZeroU64>,
}

/// One part of a list, of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, counted from one.
    part: u64,
    /// Of how many.
    of: u64,
}

impl Shard {
    /// Whether a domain is in this part: each is in one.
    pub fn holds(self, domain: &Name) -> bool {
        domain.stable_hash() % self.of == self.part - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            _ => Err("which part is wanted, and of how many: 1/8 to 8/8".to_owned()),
        }
    }
}

/// What questions go out on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TransportArg {
    /// What suits the number of domains.
    #[default]
    Auto,
    /// A socket for each question.
    Own,
    /// A few sockets that all questions share.
    Pooled,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_domain_is_in_one_part() {
        let parts: Vec<Shard> = (1..=7).map(|part| format!("{part}/7").parse().expect("a part")).collect();
        let mut counts = [0; 7];
        for number in 0..700 {
            let domain: Name = format!("Customer-{number}.example").parse().expect("a name");
            let held: Vec<usize> = (0..7).filter(|part| parts[*part].holds(&domain)).collect();
            let [part] = held[..] else { panic!("{domain} is in {held:?}") };
            counts[part] += 1;
        }
        assert!(counts.iter().all(|count| (60..140).contains(count)), "{counts:?}");
    }

    #[test]
    fn the_parts_are_those_of_any_other_machine() {
        // FNV-1a of `example.com`, worked out elsewhere.
        let domain: Name = "Example.COM.".parse().expect("a name");
        assert_eq!(domain.stable_hash(), FNV_OF_EXAMPLE_COM);
    }

    const FNV_OF_EXAMPLE_COM: u64 = 0x5768_4663_4e27_14c6;

    #[test]
    fn a_part_is_one_of_those_there_are() {
        for bad in ["", "1", "0/3", "4/3", "1/0", "a/b", "1/3/4", "-1/3", "1 /3"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
        assert!("3/3".parse::<Shard>().is_ok());
    }
}
