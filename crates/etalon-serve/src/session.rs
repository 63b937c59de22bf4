//! Who is signed in, by the cookie of the browser.

use crate::random::unguessable;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use etalon_review::Person;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Sessions that are kept; of more, the one that was not used for the longest time ends.
const SESSIONS_MAX: usize = 10_000;

/// How long a session lasts after its last use: a working day.
pub(crate) const LASTS: Duration = Duration::from_hours(12);

/// What a server knows of one browser.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The value of the cookie.
    pub(crate) id: String,
    /// What every request that changes something must carry.
    pub(crate) token: String,
    /// Who signed in.
    pub(crate) person: Option<Arc<Person>>,
    used: Instant,
}

/// All sessions. They end with the server.
#[derive(Debug)]
pub(crate) struct Sessions {
    cookie: String,
    by_id: Mutex<HashMap<String, Session>>,
}

impl Sessions {
    /// No sessions yet. Browsers keep cookies by host and not by port, so the port is in the name.
    pub(crate) fn new(port: u16) -> Self {
        Self { cookie: format!("etalon-{port}"), by_id: Mutex::default() }
    }

    /// The session of a request.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<Session> {
        let id = self.cookie_of(headers)?;
        let mut sessions = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(id)?;
        if session.used.elapsed() > LASTS {
            sessions.remove(id);
            return None;
        }
        session.used = Instant::now();
        Some(session.clone())
    }

    fn cookie_of<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
        pairs.find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.cookie).then_some(value)
        })
    }

    /// A new session in place of an older one: whoever knew the cookie before knows nothing now.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub(crate) fn open(&self, older: Option<&Session>, person: Option<Person>) -> io::Result<Session> {
        let session = Session {
            id: unguessable()?,
            token: unguessable()?,
            person: person.map(Arc::new),
            used: Instant::now(),
        };
        let mut sessions = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(older) = older {
            sessions.remove(&older.id);
        }
        if sessions.len() >= SESSIONS_MAX {
            let longest = sessions.values().min_by_key(|session| session.used);
            if let Some(id) = longest.map(|session| session.id.clone()) {
                sessions.remove(&id);
            }
        }
        sessions.insert(session.id.clone(), session.clone());
        Ok(session)
    }

    /// The header that gives a browser its session.
    pub(crate) fn set_cookie(&self, session: &Session, is_encrypted: bool) -> String {
        let secure = if is_encrypted { "; Secure" } else { "" };
        let (name, id, seconds) = (&self.cookie, &session.id, LASTS.as_secs());
        format!("{name}={id}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookie(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, value.parse().unwrap())])
    }

    #[test]
    fn a_session_is_found_by_its_cookie_until_another_takes_its_place() {
        let sessions = Sessions::new(8080);
        let first = sessions.open(None, None).unwrap();
        let headers = with_cookie(&format!("other=1; etalon-8080={}", first.id));
        assert_eq!(sessions.of(&headers).unwrap().token, first.token);
        assert!(sessions.of(&with_cookie(&format!("etalon-8081={}", first.id))).is_none());
        let second = sessions.open(Some(&first), None).unwrap();
        assert!(sessions.of(&headers).is_none() && first.token != second.token);
    }

    #[test]
    fn sessions_are_bounded() {
        let sessions = Sessions::new(1);
        for _ in 0..SESSIONS_MAX + 5 {
            sessions.open(None, None).unwrap();
        }
        assert_eq!(sessions.by_id.lock().unwrap().len(), SESSIONS_MAX);
    }
}
