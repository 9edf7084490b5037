//! Every test that needs more than one module, in one binary: one link step, one set of helpers.

mod bounce;
mod chaos;
mod cli;
mod declared;
mod dmarc;
mod generated;
mod html;
mod live;
mod output;
mod pipelines;
mod plan;
mod providers;
mod record;
mod reports;
mod rules;
mod servers;
mod spf;
mod support;
mod survey;
