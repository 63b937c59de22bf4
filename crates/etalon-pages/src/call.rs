//! The page of one call: what was heard, what was said, what the rules say of it.

mod facts;
mod player;
mod review;
mod sentence;
mod timeline;
mod transcript;
mod verdicts;

pub use review::{ReviewPane, folder_review, review_pane, review_trouble};

use crate::address::Address;
use crate::document::{Page, document};
use crate::site::Site;
use etalon_call::{Call, PersonalDataKind, Role, Waveform};
use etalon_review::Judged;
use maud::{Markup, html};

/// What a call's page shows.
pub struct CallContent<'a> {
    /// The call.
    pub call: &'a Call,
    /// How the signal looks; none where results hold no waveform.
    pub waveform: Option<&'a Waveform>,
    /// How the recording can be heard.
    pub sound: &'a Sound,
    /// What people say of the call; none where nobody says anything.
    pub review: Option<Markup>,
    /// The score that follows from people's verdicts; none where they change nothing.
    pub final_score: Option<FinalScore>,
}

/// The score of a call with the verdicts that stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FinalScore(pub Option<f64>);

impl FinalScore {
    /// That of a call which people judged otherwise than the machine.
    pub fn of(judged: &Judged) -> Option<Self> {
        let (standing, machine) = (judged.result.evaluation.score, judged.call.evaluation.score);
        (judged.result.is_reviewed && standing != machine).then_some(Self(standing))
    }
}

/// How a recording can be heard from its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sound {
    /// It plays.
    Playable {
        /// Its address as the page has it: relative, percent-encoded.
        address: String,
        /// The place of the file as people read it, for a page whose recording was moved away.
        place: String,
    },
    /// It was at these places, and is there no more.
    Moved {
        /// The places as people read them.
        places: Vec<String>,
    },
    /// It does not play, and why, in the interface's language.
    Absent {
        /// The reason.
        reason: String,
    },
}

/// The page of one call.
pub fn call_page(site: &Site<'_>, content: &CallContent<'_>) -> String {
    let call = content.call;
    let title = facts::title(site, call);
    let markup = html! {
        article.call data-duration=(call.audio.duration_s) {
            (facts::heading(site, call, content.final_score))
            (player::player(site, content))
            (timeline::timeline(site, content))
            div.columns {
                (verdicts::verdicts(site, call))
                (transcript::transcript(site, call))
            }
            @if let Some(review) = &content.review { (review) }
            (facts::about(site, call))
        }
    };
    let page = Page {
        address: Address::call(&call.call.id),
        title: &title,
        kind: "call",
        data: &[],
        content: markup,
    };
    document(site, &page)
}

/// The class by which marks and turns of one side are coloured.
fn role_class(role: Role) -> &'static str {
    role.name()
}

/// What personal data of a kind is called.
fn data_name(site: &Site<'_>, kind: PersonalDataKind) -> String {
    site.interface.text(match kind {
        PersonalDataKind::Card => "data-card",
        PersonalDataKind::Telephone => "data-telephone",
        PersonalDataKind::Passport => "data-passport",
        PersonalDataKind::Snils => "data-snils",
        PersonalDataKind::Iin => "data-iin",
        PersonalDataKind::Email => "data-email",
        PersonalDataKind::Address => "data-address",
        PersonalDataKind::BirthDate => "data-birth-date",
        PersonalDataKind::Surname => "data-surname",
    })
}

/// What a side is called.
fn role_name(site: &Site<'_>, role: Role) -> String {
    site.interface.text(match role {
        Role::Agent => "role-agent",
        Role::Client => "role-client",
        Role::Unknown => "role-unknown",
    })
}
