//! What is served, and to whom.

use crate::token::AccessToken;
use etalon_pages::InterfaceLanguage;
use etalon_report::SoundMode;
use etalon_review::People;
use etalon_rules::Pack;
use etalon_store::Store;
use std::net::SocketAddr;
use std::time::Duration;

/// What is served, and to whom.
#[derive(Debug)]
pub struct ServeSettings {
    /// The result folder.
    pub store: Store,
    /// The packs that judged its calls.
    pub packs: Vec<Pack>,
    /// The language of the interface.
    pub language: InterfaceLanguage,
    /// What the pages play.
    pub sound: SoundMode,
    /// Who takes part in reviews; without it, nobody signs in.
    pub people: Option<People>,
    /// Under which name reviews are kept that somebody makes on this machine without signing in.
    pub local_reviewer: String,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names under which a proxy passes requests on, as browsers have them in their addresses.
    pub public_names: Vec<String>,
    /// What every visitor must know. Without it, one is made where one is needed.
    pub token: Option<AccessToken>,
    /// How long a trial of a pack may judge calls; those for which there is no time are left out.
    pub trial_time: Duration,
}

impl ServeSettings {
    /// How long people wait for a trial.
    pub const TRIAL_TIME: Duration = Duration::from_secs(20);

    /// Whether others than the people at this machine can reach the server.
    pub(crate) fn is_reachable_from_elsewhere(&self) -> bool {
        !self.listen.ip().is_loopback() || !self.public_names.is_empty()
    }
}
