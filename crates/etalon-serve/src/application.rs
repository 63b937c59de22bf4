//! What all requests share.

use crate::blind::BlindReviews;
use crate::folder::Folder;
use crate::problem::Problem;
use crate::random::unguessable;
use crate::review_book::ReviewBook;
use crate::search_index::IndexKeeper;
use crate::session::{Session, Sessions};
use crate::settings::ServeSettings;
use crate::signed_in::SignedIn;
use crate::token::AccessToken;
use axum::http::HeaderMap;
use etalon_pages::{Interface, RuleBook, Site, Visitor};
use etalon_report::SoundMode;
use etalon_review::{People, Person, PersonRole};
use etalon_rules::Pack;
use etalon_store::Store;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Recordings that are converted at once: each takes a processor.
const CONVERSIONS_AT_ONCE: usize = 2;

/// Pages that are made at once; more requests wait.
const PAGES_AT_ONCE: usize = 16;

/// What all requests share.
pub(crate) type App = Arc<Application>;

/// What all requests share.
pub(crate) struct Application {
    pub(crate) store: Store,
    pub(crate) packs: Vec<Pack>,
    pub(crate) interface: &'static Interface,
    pub(crate) rule_book: RuleBook,
    pub(crate) sound: SoundMode,
    pub(crate) people: Option<People>,
    /// Who asks where nobody signs in.
    pub(crate) only_visitor: Option<Arc<Person>>,
    /// What every visitor from elsewhere must know.
    pub(crate) token: Option<AccessToken>,
    /// The token of the only visitor's pages.
    pub(crate) local_token: String,
    pub(crate) sessions: Sessions,
    pub(crate) reviews: ReviewBook,
    pub(crate) blind: BlindReviews,
    pub(crate) folder: Folder,
    pub(crate) index: Arc<IndexKeeper>,
    pub(crate) conversions: Semaphore,
    /// One pack is tried at a time: that takes all processors.
    pub(crate) trials: Arc<Semaphore>,
    /// How long a trial may judge calls.
    pub(crate) trial_time: Duration,
    pages: Arc<Semaphore>,
    public_names: Vec<String>,
    address: SocketAddr,
}

impl Application {
    /// The application at an address.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub(crate) fn new(settings: ServeSettings, address: SocketAddr) -> io::Result<Self> {
        let token = match settings.token.clone() {
            None if settings.is_reachable_from_elsewhere() => Some(AccessToken::generate()?),
            token => token,
        };
        let only_visitor = settings.people.is_none().then(|| {
            // Whoever sits at this machine may do everything; whoever only knows a token may read.
            let role =
                if settings.is_reachable_from_elsewhere() { PersonRole::Reader } else { PersonRole::Lead };
            Arc::new(Person { name: settings.local_reviewer.clone(), role, agent_id: None })
        });
        Ok(Self {
            interface: Interface::of(settings.language),
            rule_book: RuleBook::of(&settings.packs),
            reviews: ReviewBook::of(&settings.store),
            blind: BlindReviews::default(),
            folder: Folder::default(),
            index: Arc::default(),
            sessions: Sessions::new(address.port()),
            local_token: unguessable()?,
            conversions: Semaphore::new(CONVERSIONS_AT_ONCE),
            trials: Arc::new(Semaphore::new(1)),
            trial_time: settings.trial_time,
            pages: Arc::new(Semaphore::new(PAGES_AT_ONCE)),
            store: settings.store,
            packs: settings.packs,
            sound: settings.sound,
            people: settings.people,
            public_names: settings.public_names.iter().map(|name| name.to_lowercase()).collect(),
            only_visitor,
            token,
            address,
        })
    }

    /// What pages share, for whoever asks.
    pub(crate) fn site<'a>(&'a self, signed_in: Option<&'a SignedIn>) -> Site<'a> {
        let visitor = signed_in.map(|who| Visitor { name: &who.person.name, token: &who.token });
        Site { interface: self.interface, rule_book: &self.rule_book, visitor }
    }

    /// Whether a request was meant for this server. A page of another site can give its own name the
    /// address of this machine, and must learn nothing by it.
    pub(crate) fn is_known_host(&self, host: Option<&str>) -> bool {
        let Some(host) = host.map(str::to_lowercase) else { return false };
        let name = host_without_port(&host);
        if self.public_names.iter().any(|known| known == name || *known == host) {
            return true;
        }
        if !self.address.ip().is_loopback() {
            // Here a token is needed, which no other site has.
            return self.public_names.is_empty();
        }
        matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name == self.address.ip().to_string()
    }

    /// The cookie of a session; only for encrypted connections where a proxy says that this is one.
    pub(crate) fn cookie(&self, session: &Session, headers: &HeaderMap) -> String {
        let is_encrypted = headers.get("x-forwarded-proto").is_some_and(|value| value == "https");
        self.sessions.set_cookie(session, is_encrypted)
    }

    /// Does something that reads or writes files, beside the connections.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(place) = Arc::clone(&self.pages).acquire_owned().await else {
            return Err(Problem::INTERNAL);
        };
        let application = Arc::clone(self);
        let working = tokio::task::spawn_blocking(move || {
            // The place is taken until the work ends, also where nobody waits for it any more.
            let _place = place;
            work(&application)
        });
        working.await.unwrap_or(Err(Problem::INTERNAL))
    }
}

/// The name in a host: `calls.example:8080` is `calls.example`, `[::1]:8080` is `[::1]`.
fn host_without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_no_part_of_a_name() {
        for (host, expected) in [
            ("a.example:80", "a.example"),
            ("a.example", "a.example"),
            ("[::1]:1", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(host_without_port(host), expected);
        }
    }
}
