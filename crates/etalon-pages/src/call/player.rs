//! The player: the recording, what moves through it, and the keys.

use super::{CallContent, Sound};
use crate::site::Site;
use etalon_call::clock;
use maud::{Markup, html};

/// Speeds that can be chosen; the pitch stays.
const SPEEDS: [&str; 7] = ["0.8", "1", "1.2", "1.4", "1.6", "1.8", "2"];

/// Keys and what they do.
const KEYS: [(&str, &str); 7] = [
    ("Space", "key-play"),
    ("J", "key-back"),
    ("K", "key-forward"),
    ("[", "key-slower"),
    ("]", "key-faster"),
    ("N", "key-next"),
    ("P", "key-previous"),
];

pub(super) fn player(site: &Site<'_>, content: &CallContent<'_>) -> Markup {
    let interface = site.interface;
    html! {
        section.player aria-label=(interface.text("player-label")) {
            @match content.sound {
                Sound::Playable { address, place } => {
                    audio #audio preload="metadata" controls src=(address) {}
                    (controls(site, content))
                    div #lost.notice.alarm hidden {
                        (lost(site, std::slice::from_ref(place)))
                        p { (interface.text("recording-as-opus")) " " code { "etalon report … --audio opus" } }
                    }
                }
                Sound::Moved { places } => {
                    audio #audio preload="metadata" controls {}
                    (controls(site, content))
                    div #lost.notice.alarm { (lost(site, places)) }
                }
                Sound::Absent { reason } => p.notice { (interface.text("no-sound")) " " (reason) },
            }
        }
    }
}

/// What is shown where the recording is not at its place: where it was, and a way to choose it.
fn lost(site: &Site<'_>, places: &[String]) -> Markup {
    html! {
        p { (site.interface.text("recording-lost")) @for place in places { " " code { (place) } } }
        label { (site.interface.text("recording-choose")) " " input #choose type="file" accept="audio/*"; }
    }
}

fn controls(site: &Site<'_>, content: &CallContent<'_>) -> Markup {
    let interface = site.interface;
    html! {
                    div.controls hidden {
                        button #play type="button" data-pause=(interface.text("pause")) { (interface.text("play")) }
                        button #previous type="button" { (interface.text("previous-finding")) }
                        button #next type="button" { (interface.text("next-finding")) }
                        output #clock { "0:00" } span.quiet { " / " (clock(content.call.audio.duration_s)) }
                        label { (interface.text("speed")) " "
                            select #speed { @for speed in SPEEDS {
                                option value=(speed) selected[speed == "1"] { (speed.replace('.', ",")) "×" }
                            } }
                        }
                        label { (interface.text("zoom")) " "
                            select #zoom { @for zoom in ["1", "2", "4", "8", "16"] {
                                option value=(zoom) { (zoom) "×" }
                            } }
                        }
                        (keys(site))
                    }
    }
}

fn keys(site: &Site<'_>) -> Markup {
    html! {
        details.keys {
            summary { (site.interface.text("keys")) }
            dl { @for (key, what) in KEYS { dt { kbd { (key) } } dd { (site.interface.text(what)) } } }
        }
    }
}
