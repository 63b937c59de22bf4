//! What would this rule hit? A pack is tried on the stored calls, beside the one in force.

use crate::address::Address;
use crate::chart::share_bar;
use crate::document::{Page, document};
use crate::format::script_seconds;
use crate::site::Site;
use etalon_call::{Verdict, clock};
use etalon_trial::{ChangedCall, GroupTrial, LikenessBar, RuleTrial, Trial, VerdictCounts};
use maud::{Markup, html};

/// Calls that are listed of those that appeared, and of those that vanished.
const LISTED_CALLS: usize = 100;

/// What the form shows at first.
#[derive(Debug, Clone, Copy)]
pub struct TrialForm<'a> {
    /// The text of the pack in force; empty where none was asked for.
    pub pack: &'a str,
    /// The rule; empty for all.
    pub rule: &'a str,
    /// The ids of the pack's rules.
    pub rules: &'a [&'a str],
}

/// The page on which a pack is edited and tried.
pub fn trial_page(site: &Site<'_>, form: &TrialForm<'_>) -> String {
    let interface = site.interface;
    let title = interface.text("trial-heading");
    let content = html! {
        h1 { (title) }
        p.quiet { (interface.text("trial-explained")) }
        form #trial.trial data-running=(interface.text("trial-running")) data-failed=(interface.text("review-failed")) {
            label { (interface.text("trial-pack")) textarea name="pack" rows="16" spellcheck="false" required { (form.pack) } }
            div.filter-row {
                label { (interface.text("trial-rule")) input name="rule" value=(form.rule) list="trial-rules"; }
                datalist #trial-rules { @for rule in form.rules { option value=(rule) {} } }
                label { (interface.text("trial-hit")) select name="hit" { @for verdict in [Verdict::Fail, Verdict::Pass] {
                    option value=(verdict.name()) { (interface.text(&format!("verdict-{}", verdict.name()))) }
                } } }
                button type="submit" { (interface.text("trial-start")) }
            }
        }
        p #trial-message.notice role="status" hidden {}
        pre #trial-errors tabindex="0" hidden {}
        div #trial-result {}
    };
    let page = Page { address: Address::served("try"), title: &title, kind: "trial", data: &[], content };
    document(site, &page)
}

/// What a trial found, as a part of that page.
pub fn trial_result(site: &Site<'_>, trial: &Trial, hit: Verdict) -> String {
    let interface = site.interface;
    let number = |count: usize| count.to_string();
    html! {
        p { (interface.count("calls-count", trial.calls)) "." }
        @if trial.left_out > 0 {
            p.notice { (interface.filled("trial-left-out", &[("count", &number(trial.left_out))])) }
        }
        @if trial.unreadable > 0 {
            p.notice { (interface.filled("trial-unreadable", &[("count", &number(trial.unreadable))])) }
        }
        (all_rules(site, trial))
        @if let [rule] = trial.rules.as_slice() { (one_rule(site, rule, hit)) }
        @else { p.quiet { (interface.text("trial-one-rule")) } }
    }
    .into_string()
}

/// A count where it is the same, else what it was and what it would be.
fn change(in_force: usize, on_trial: usize) -> String {
    if in_force == on_trial { on_trial.to_string() } else { format!("{in_force} → {on_trial}") }
}

fn all_rules(site: &Site<'_>, trial: &Trial) -> Markup {
    let interface = site.interface;
    html! {
        div.scroll tabindex="0" { table.trial-rules {
            thead { tr {
                th scope="col" { (interface.text("column-rule")) }
                @for verdict in Verdict::ALL { th.number scope="col" { (interface.text(&format!("verdict-{}", verdict.name()))) } }
                @for key in ["trial-appeared", "trial-vanished", "trial-stayed"] { th.number scope="col" { (interface.text(key)) } }
            } }
            tbody { @for rule in &trial.rules { tr {
                th scope="row" { (rule.title) " " code { (rule.rule) } }
                @for verdict in Verdict::ALL { td.number { (change(rule.in_force.of(verdict), rule.verdicts.of(verdict))) } }
                td.number { (rule.appeared.len()) }
                td.number { (rule.vanished.len()) }
                td.number { (rule.stayed) }
            } } }
        } }
    }
}

fn one_rule(site: &Site<'_>, rule: &RuleTrial, hit: Verdict) -> Markup {
    html! {
        (groups(site, "trial-weeks", &rule.weeks, hit))
        (groups(site, "groups-agent", &rule.agents, hit))
        @if !rule.likeness.is_empty() { (likeness(site, &rule.likeness)) }
        (changed(site, "trial-appeared", &rule.appeared))
        (changed(site, "trial-vanished", &rule.vanished))
    }
}

/// Hits by week or agent, of the rule in force and of the one on trial.
fn groups(site: &Site<'_>, heading: &str, groups: &[GroupTrial], hit: Verdict) -> Markup {
    let interface = site.interface;
    let judged = |counts: &VerdictCounts| counts.pass + counts.fail;
    html! {
        h2 { (interface.text(heading)) }
        div.scroll tabindex="0" { table {
            thead { tr {
                td {}
                th.number scope="col" { (interface.text("trial-hits")) }
                th.number scope="col" { (interface.text("column-judged")) }
                th scope="col" { (interface.text("column-share")) }
            } }
            tbody { @for group in groups { tr {
                th scope="row" { (group.name.as_deref().unwrap_or("—")) }
                td.number { (change(group.in_force.of(hit), group.verdicts.of(hit))) }
                td.number { (judged(&group.verdicts)) }
                td.share { @if judged(&group.verdicts) > 0 {
                    (share_bar(site, group.verdicts.of(hit) as f64 / judged(&group.verdicts) as f64))
                } }
            } } }
        } }
    }
}

/// Calls by how like an intent of the rule their words are.
fn likeness(site: &Site<'_>, bars: &[LikenessBar]) -> Markup {
    let interface = site.interface;
    let most = bars.iter().map(|bar| bar.calls).max().unwrap_or(1).max(1);
    html! {
        h2 { (interface.text("trial-likeness")) }
        div.scroll tabindex="0" { table.narrow {
            thead { tr {
                td {}
                th.number scope="col" { (interface.text("column-calls")) }
                th.number scope="col" { (interface.text("trial-hits")) }
                td {}
            } }
            tbody { @for bar in bars { tr {
                th scope="row" { (format!("{:.2} – {:.2}", bar.from, bar.until)) }
                td.number { (bar.calls) }
                td.number { (bar.hits) }
                td.share { (share_bar(site, bar.calls as f64 / most as f64)) }
            } } }
        } }
    }
}

fn changed(site: &Site<'_>, heading: &str, calls: &[ChangedCall]) -> Markup {
    let interface = site.interface;
    html! {
        @if !calls.is_empty() {
            h2 { (interface.text(heading)) ": " (calls.len()) }
            ol.hits { @for call in calls.iter().take(LISTED_CALLS) { (changed_call(site, call)) } }
            @if calls.len() > LISTED_CALLS { p.quiet { (interface.filled("trial-listed", &[("listed", &LISTED_CALLS.to_string())])) } }
        }
    }
}

fn changed_call(site: &Site<'_>, call: &ChangedCall) -> Markup {
    let page = Address::call(&call.call);
    let verdict = |verdict: Verdict| site.interface.text(&format!("verdict-{}", verdict.name()));
    html! {
        li.hit {
            @match call.evidence.first() {
                Some(place) => {
                    a.hit-play href={ (page.path()) "#t=" (script_seconds(place.start_s)) } { "▶ " (clock(place.start_s)) }
                    @if !place.quote.is_empty() { " " q { (place.quote.as_str()) } }
                },
                None => {},
            }
            p.quiet {
                a href=(page.path()) { (call.source) }
                @if let Some(agent) = &call.agent { " · " (agent) }
                " · " (call.before.map_or_else(|| "—".to_owned(), verdict)) " → " (verdict(call.after))
            }
        }
    }
}
