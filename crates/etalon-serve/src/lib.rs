//! Stored calls as live pages.
//!
//! [`Server`] serves the pages of `etalon-pages` from a result folder, at the same addresses as in
//! the folder of a report, together with what only a server can do: signing in, listening without
//! files beside the pages, reviewing and searching.
//!
//! - A page is made when it is asked for. What many calls come to is kept in memory and made anew
//!   when the folder or its reviews change (`folder`).
//! - The folder is never locked, so that a run can write into it at the same time, and several
//!   servers can read it.
//! - Whatever changes something needs the token of a session and comes from the server's own pages
//!   (`guard`).
//! - A call is its stored file with the corrections of people laid over it, and its verdicts are the
//!   machine's with those of people beside them ([`etalon_review::judged`]).

#![forbid(unsafe_code)]

mod application;
mod audio;
mod blind;
mod files;
mod folder;
mod guard;
mod headers;
mod pages;
mod problem;
mod queue;
mod random;
mod review_api;
mod review_book;
mod review_state;
mod routes;
mod search;
mod search_index;
mod server;
mod session;
mod settings;
mod sign_in;
mod signed_in;
mod snapshot;
mod token;
mod trial;

pub use server::{ServeError, Server};
pub use settings::ServeSettings;
pub use token::{AccessToken, AccessTokenError};
