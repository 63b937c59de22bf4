//! What clients called about, and how they graded.

use super::rule_name;
use crate::RuleTitles;
use crate::format::{decimal, plural};
use crate::roll_up::VoiceOfClients;
use maud::{Markup, html};
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) fn section(voice: &VoiceOfClients, titles: &RuleTitles) -> Markup {
    html! {
        @if !voice.call_types.is_empty() || !voice.topics.is_empty() || voice.graded > 0 {
            section {
                h2 { "Голос клиента" }
                @if let Some(score) = voice.net_promoter_score() {
                    p { "NPS " strong { (decimal(score)) } " по " (voice.graded) " "
                        (plural(voice.graded, ["оценке", "оценкам", "оценкам"])) }
                }
                (counts("Вид разговора", &voice.call_types, titles))
                (counts("О чём говорит клиент", &voice.topics, titles))
            }
        }
    }
}

fn counts(column: &str, counts: &BTreeMap<String, usize>, titles: &RuleTitles) -> Markup {
    let mut counts: Vec<(&String, usize)> = counts.iter().map(|(id, &count)| (id, count)).collect();
    counts.sort_by_key(|&(id, count)| (Reverse(count), id));
    html! {
        @if !counts.is_empty() {
            div.scroll { table {
                thead { tr { th { (column) } th.number { "Разговоров" } } }
                tbody { @for (id, count) in counts { tr {
                    td { (rule_name(id, titles)) }
                    td.number { (count) }
                } } }
            } }
        }
    }
}
