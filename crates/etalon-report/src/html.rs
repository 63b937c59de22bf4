//! `report/index.html`: one page for people, without scripts and without anything from elsewhere.

mod calls;
mod voice;

use crate::RuleTitles;
use crate::accuracy::{RuleAccuracies, RuleAccuracy};
use crate::format::{decimal, long_duration, percent, plural};
use crate::roll_up::{LISTED_CALLS, RollUp, RuleTally, Tally};
use etalon_call::Stage;
use etalon_store::Failure;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::BTreeMap;

const STYLE: &str = include_str!("html/style.css");

/// The browser is told to load nothing at all; the page's own style is the one exception.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// How many failures are listed; the file has all.
const LISTED_FAILURES: usize = 200;

/// The whole page.
pub(crate) fn page(
    roll_up: &RollUp,
    failures: &[Failure],
    titles: &RuleTitles,
    accuracies: &RuleAccuracies,
) -> String {
    html! {
        (DOCTYPE)
        html lang="ru" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { "Оценка разговоров" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (heading(roll_up))
                main {
                    (overall(roll_up, failures.len()))
                    (calls::section(roll_up, titles))
                    (rules(roll_up, titles, accuracies))
                    (voice::section(&roll_up.voice, titles))
                    (groups("Операторы", "Оператор", &roll_up.agents, titles))
                    (groups("Команды", "Команда", &roll_up.teams, titles))
                    (groups("Руководители", "Руководитель", &roll_up.managers, titles))
                    (unprocessed(failures))
                }
                (footer(roll_up))
            }
        }
    }
    .into_string()
}

fn heading(roll_up: &RollUp) -> Markup {
    html! {
        header {
            h1 { "Оценка разговоров" }
            @if let (Some(first), Some(last)) = (roll_up.first, roll_up.last) {
                @let (first, last) = (first.format("%d.%m.%Y").to_string(), last.format("%d.%m.%Y").to_string());
                p.period { (first) @if first != last { " — " (last) } }
            }
        }
    }
}

fn overall(roll_up: &RollUp, failures: usize) -> Markup {
    let total = &roll_up.total;
    html! {
        section.overall {
            (figure(&total.calls.to_string(), plural(total.calls, ["разговор", "разговора", "разговоров"]), false))
            (figure(&long_duration(roll_up.audio_s), "звука", false))
            (figure(&mean(total), "средний балл из 100", false))
            @if total.without_score() > 0 {
                (figure(&total.without_score().to_string(), "не оценено, в среднем не учтено", false))
            }
            (figure(&total.critical.to_string(), "с критическим нарушением", total.critical > 0))
            (figure(&failures.to_string(), "без результата", failures > 0))
        }
    }
}

fn figure(value: &str, name: &str, is_alarming: bool) -> Markup {
    html! {
        div.figure.alarm[is_alarming] {
            span.value { (value) }
            span.name { (name) }
        }
    }
}

fn rules(roll_up: &RollUp, titles: &RuleTitles, accuracies: &RuleAccuracies) -> Markup {
    let mut rules: Vec<(&(String, String), &RuleTally)> = roll_up.rules.iter().collect();
    let rate = |tally: &RuleTally| tally.fail_rate().unwrap_or(-1.0);
    rules.sort_by(|left, right| {
        rate(right.1)
            .total_cmp(&rate(left.1))
            .then(right.1.failed.cmp(&left.1.failed))
            .then_with(|| left.0.cmp(right.0))
    });
    html! {
        @if !rules.is_empty() {
            section {
                h2 { "Правила: где нарушают чаще" }
                div.scroll { table {
                    thead { tr {
                        th { "Правило" }
                        th.number { "Нарушено" }
                        th.number { "Проверено" }
                        th.number title="Правило применимо, но запись не позволяет судить" { "Не измерить" }
                        @if !accuracies.is_empty() {
                            th.number title="Какая доля найденных нарушений подтвердилась при проверке" { "Точность" }
                        }
                        th { "Доля нарушений" }
                    } }
                    tbody { @for ((pack, id), tally) in rules { tr {
                        td { (rule_name(id, titles)) " " span.quiet { (pack) } }
                        td.number { (tally.failed) }
                        td.number { (tally.judged()) }
                        td.number { @if tally.unmeasurable > 0 { (tally.unmeasurable) } @else { "" } }
                        @if !accuracies.is_empty() { td.number { (precision(accuracies.get(id))) } }
                        td.share { (share(tally)) }
                    } } }
                } }
            }
        }
    }
}

/// The precision of a rule's failures, with the number of calls that it was measured on.
fn precision(accuracy: Option<&RuleAccuracy>) -> Markup {
    html! {
        @if let Some(accuracy) = accuracy {
            @match accuracy.fail.precision {
                Some(precision) => (percent(precision)),
                None => "—",
            }
            " " span.quiet { "(" (accuracy.calls) ")" }
        }
    }
}

fn share(tally: &RuleTally) -> Markup {
    html! {
        @match tally.fail_rate() {
            Some(rate) => {
                span.bar { span style=(format!("width:{:.1}%", rate * 100.0)) {} }
                span.percent { (percent(rate)) }
            }
            None if tally.unmeasurable > 0 => span.quiet { "не измерено" },
            None => span.quiet { "не применялось" },
        }
    }
}

fn groups(title: &str, column: &str, groups: &BTreeMap<String, Tally>, titles: &RuleTitles) -> Markup {
    let mut tallies: Vec<&Tally> = groups.values().collect();
    // The lowest mean first, as with the calls; whoever has no score at all comes last.
    let order = |tally: &Tally| tally.mean_score().unwrap_or(f64::INFINITY);
    tallies.sort_by(|left, right| {
        order(left).total_cmp(&order(right)).then_with(|| left.label.cmp(&right.label))
    });
    html! {
        @if !tallies.is_empty() {
            section {
                h2 { (title) }
                div.scroll { table {
                    thead { tr {
                        th { (column) }
                        th.number { "Разговоров" }
                        th.number { "Средний балл" }
                        th.number title="Разговоры без балла: в среднем они не учтены" { "Не оценено" }
                        th.number { "Критических" }
                        th { "Чаще всего нарушается" }
                    } }
                    tbody { @for tally in tallies { tr {
                        td { (tally.label) }
                        td.number { (tally.calls) }
                        td.number { (mean(tally)) }
                        td.number { @if tally.without_score() > 0 { (tally.without_score()) } @else { "" } }
                        td.number.alarm[tally.critical > 0] { (tally.critical) }
                        td { @for (index, (rule, count)) in tally.most_failed(3).into_iter().enumerate() {
                            @if index > 0 { ", " }
                            (rule_name(rule, titles)) span.quiet { "\u{a0}×\u{a0}" (count) }
                        } }
                    } } }
                } }
            }
        }
    }
}

fn unprocessed(failures: &[Failure]) -> Markup {
    html! {
        @if !failures.is_empty() {
            section {
                h2 { "Записи без результата" }
                div.scroll { table {
                    thead { tr { th { "Запись" } th { "Этап" } th { "Причина" } th { "Повтор" } } }
                    tbody { @for failure in failures.iter().take(LISTED_FAILURES) { tr {
                        td.path { (failure.source) }
                        td { (stage(failure.stage)) }
                        td { (failure.reason) }
                        td { @if failure.permanent { "не поможет" } @else { "при следующем запуске" } }
                    } } }
                } }
                @if failures.len() > LISTED_FAILURES {
                    p.quiet { "Показаны " (LISTED_FAILURES) " из " (failures.len()) "; все — в failures.jsonl." }
                }
            }
        }
    }
}

/// A stage as the page calls it.
fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Intake => "приём записей",
        Stage::Decode => "чтение звука",
        Stage::Activity => "поиск речи",
        Stage::Transcription => "распознавание",
        Stage::Speakers => "собеседники",
        Stage::Dialogue => "ход разговора",
        Stage::Standards => "оценка",
        Stage::Store => "хранение",
    }
}

fn footer(roll_up: &RollUp) -> Markup {
    html! {
        footer {
            @for (origin, count) in &roll_up.origins {
                p { (origin) " — " (count) " " (plural(*count, ["разговор", "разговора", "разговоров"])) }
            }
            p { "Таблицы для анализа лежат рядом: tables/*.parquet. Все разговоры — calls.jsonl, критические "
                "нарушения — incidents.jsonl." }
        }
    }
}

/// A rule's title with its id, or the id alone.
fn rule_name(id: &str, titles: &RuleTitles) -> Markup {
    html! {
        @match titles.get(id) {
            Some(title) => span title=(id) { (title) },
            None => code { (id) },
        }
    }
}

/// The score of one call.
fn score_of_call(score: Option<f64>) -> String {
    score.map_or_else(|| "не оценён".to_owned(), decimal)
}

/// The mean score of a group.
fn mean(tally: &Tally) -> String {
    tally.mean_score().map_or_else(|| "—".to_owned(), decimal)
}

fn listed_note(roll_up: &RollUp) -> Markup {
    html! {
        @if roll_up.calls() > LISTED_CALLS {
            p.quiet { "Показаны " (LISTED_CALLS) " худших из " (roll_up.calls()) "; все — в calls.jsonl." }
        }
    }
}
