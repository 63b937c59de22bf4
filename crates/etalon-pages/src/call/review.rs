//! What reviewers add to the page of a call: their sheets, what stands, and corrections.

use super::role_name;
use crate::format::script_seconds;
use crate::site::Site;
use etalon_call::{RuleResult, Verdict, clock};
use etalon_review::correction::is_in_effect;
use etalon_review::{
    Action, Change, Comment, Correction, FinalVerdict, HumanVerdict, Judged, Person, ReviewMode, RuleKey,
    Sheet, SheetState, VerdictSource, may,
};
use etalon_rules::is_judged_by_hand;
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// The longest comment that the form takes, characters.
const COMMENT_MAX_CHARS: usize = etalon_review::comment::COMMENT_MAX_CHARS;

/// Messages that the script needs.
const SCRIPT_TEXTS: [&str; 12] = [
    "review-saving",
    "review-saved",
    "review-comment-needed",
    "review-reason-needed",
    "review-nothing-new",
    "review-save-first",
    "review-failed",
    "review-conflict-seen",
    "correct-word",
    "correct-save",
    "correct-cancel",
    "correct-speaker",
];

/// What people say of a call, for whoever looks at its page.
pub struct ReviewPane<'a> {
    /// The call with its corrections, and the verdicts of the machine and of people.
    pub judged: &'a Judged,
    /// Who looks.
    pub person: &'a Person,
    /// The sheet of whoever looks; empty where there is none.
    pub own: &'a Sheet,
    /// The sheets that this person may read.
    pub sheets: &'a [&'a Sheet],
    /// Whether the machine's verdicts are shown before the person answers.
    pub mode: ReviewMode,
    /// Whether the person asked to review blind and has seen the machine's verdicts already.
    pub is_blind_refused: bool,
}

impl ReviewPane<'_> {
    fn may(&self, action: Action, reviewer: &str) -> bool {
        may(self.person, action, &self.judged.call.call, Some(reviewer)).is_ok()
    }

    /// Whether the person fills a sheet.
    fn is_filling(&self) -> bool {
        self.own.state == SheetState::Draft && self.may(Action::Answer, &self.person.name)
    }

    /// Whether the machine's verdicts have to stay hidden.
    fn is_blind(&self) -> bool {
        self.mode == ReviewMode::Blind && self.is_filling()
    }
}

/// The part of a call's page that only a server has.
pub fn review_pane(site: &Site<'_>, pane: &ReviewPane<'_>) -> Markup {
    let interface = site.interface;
    let may_correct = pane.may(Action::Correct, &pane.person.name);
    html! {
        section #review.review aria-label=(interface.text("review-heading"))
            data-call=(pane.judged.call.call.id) data-reviewer=(pane.person.name) data-sequence=(pane.own.sequence)
            data-corrections=(pane.judged.corrections.len())
            data-may-correct[may_correct] {
            h2 { (interface.text("review-heading")) }
            script #review-texts type="application/json" { (texts(site)) }
            p #review-message.notice role="status" hidden {}
            @if pane.is_filling() { (own_sheet(site, pane)) }
            @if !pane.is_blind() { (side_by_side(site, pane.judged)) }
            @for sheet in pane.sheets { (one_sheet(site, pane, sheet)) }
            @if may_correct || !pane.judged.corrections.is_empty() {
                h3 { (interface.text("corrections-heading")) }
                @if may_correct { p.quiet { (interface.text("corrections-explained")) } }
            }
            (corrections(site, pane.judged, may_correct))
            @if !pane.is_blind() { (flips(site, pane.judged)) }
        }
    }
}

/// What people say of a call on the pages of a folder, which nobody signs in to: all but drafts.
pub fn folder_review(site: &Site<'_>, judged: &Judged) -> Markup {
    let interface = site.interface;
    html! {
        section #review.review aria-label=(interface.text("review-heading")) {
            h2 { (interface.text("review-heading")) }
            (side_by_side(site, judged))
            @if !judged.corrections.is_empty() { h3 { (interface.text("corrections-heading")) } }
            (corrections(site, judged, false))
            (flips(site, judged))
        }
    }
}

/// What is shown where reviews can't be read: the messages of a problem.
pub fn review_trouble(site: &Site<'_>, key: &str) -> Markup {
    html! {
        section #review.review {
            h2 { (site.interface.text("review-heading")) }
            p.notice.alarm {
                (site.interface.text(&format!("problem-{key}"))) " "
                (site.interface.text(&format!("problem-{key}-remedy")))
            }
        }
    }
}

/// The script's messages as JSON, which holds no `<` so that no text can end its element.
fn texts(site: &Site<'_>) -> PreEscaped<String> {
    let texts: BTreeMap<&str, String> =
        SCRIPT_TEXTS.into_iter().map(|key| (key, site.interface.text(key))).collect();
    PreEscaped(serde_json::to_string(&texts).unwrap_or_default().replace('<', "\\u003c"))
}

/// The sheet that the person fills.
fn own_sheet(site: &Site<'_>, pane: &ReviewPane<'_>) -> Markup {
    let interface = site.interface;
    let is_blind = pane.mode == ReviewMode::Blind;
    html! {
        div.own-sheet {
            p.quiet { (interface.text("review-keys")) }
            p {
                @if is_blind {
                    (interface.text("review-is-blind")) " "
                    button #review-reveal type="button" { (interface.text("review-go-open")) }
                } @else if pane.is_blind_refused { (interface.text("review-blind-refused")) }
            }
            ol.review-rules { @for (index, rule) in pane.judged.call.evaluation.rules.iter().enumerate() {
                (rule_to_answer(site, pane, index, rule))
            } }
            div.sheet-actions data-reviewer=(pane.person.name) data-sequence=(pane.own.sequence) {
                button #review-save type="button" { (interface.text("review-save")) }
                @if !is_blind { button #review-accept type="button" { (interface.text("review-accept-rest")) } }
                button type="button" data-action="shared" { (interface.text("action-shared")) }
            }
        }
    }
}

/// One rule with the machine's verdict, where it may be seen, and the four answers.
fn rule_to_answer(site: &Site<'_>, pane: &ReviewPane<'_>, index: usize, rule: &RuleResult) -> Markup {
    let interface = site.interface;
    let is_open = pane.mode == ReviewMode::Open;
    let is_manual = is_judged_by_hand(rule);
    let answered = pane.own.answers.get(&RuleKey::of(rule));
    let proposed = (is_open && !is_manual).then(|| proposal(rule.verdict)).flatten();
    let chosen = answered.map(|recorded| recorded.answer.verdict).or(proposed);
    let comment = answered.map(|recorded| recorded.answer.comment.as_str()).unwrap_or_default();
    let title = site.rule_book.rule_title(&rule.id);
    html! {
        li.review-rule tabindex="0" data-pack=(rule.pack) data-rule=(rule.id)
            data-machine=[is_open.then(|| rule.verdict.name())]
            data-answered=[answered.map(|recorded| recorded.answer.verdict.name())] {
            p.rule-title { (title) @if answered.is_none() && proposed.is_some() { " " span.quiet.proposed { (interface.text("review-proposed")) } } }
            @if is_open { p.reason {
                span class={ "verdict " (rule.verdict.name()) } { (verdict_text(site, rule.verdict)) }
                @if !rule.reason.is_empty() { " · " (rule.reason) }
                @for place in rule.evidence.iter().take(3) {
                    " " a.time href={ "#t=" (script_seconds(place.start_s)) } data-t=(script_seconds(place.start_s))
                        data-end=(script_seconds(place.end_s)) data-lead="2" { "▶ " (clock(place.start_s)) }
                }
            } }
            @if !is_open || is_manual {
                @if let Some(description) = site.rule_book.rule(&rule.id) { p.standard { (description.standard) } }
            }
            fieldset.answers {
                legend.for-readers { (title) }
                @for (key, verdict) in HumanVerdict::ALL.iter().zip(1..).map(|(verdict, key)| (key, *verdict)) {
                    label {
                        input type="radio" name={ "review-" (index) } value=(verdict.name()) checked[chosen == Some(verdict)];
                        kbd { (key) } " " (answer_text(site, verdict))
                    }
                }
            }
            textarea name="comment" rows="2" maxlength=(COMMENT_MAX_CHARS) placeholder=(interface.text("review-comment"))
                aria-label={ (interface.text("review-comment")) ": " (title) } hidden[comment.is_empty()] { (comment) }
            button.comment-button type="button" hidden[!comment.is_empty()] { (interface.text("review-comment")) }
        }
    }
}

/// What the machine would answer; nothing where it can't tell.
fn proposal(verdict: Verdict) -> Option<HumanVerdict> {
    HumanVerdict::ALL
        .iter()
        .copied()
        .find(|human| human.verdict() == verdict && verdict != Verdict::Unmeasurable)
}

/// What the machine says, what people say, and what stands.
fn side_by_side(site: &Site<'_>, judged: &Judged) -> Markup {
    let interface = site.interface;
    let reviewed: Vec<&FinalVerdict> =
        judged.result.rules.iter().filter(|rule| !rule.humans.is_empty()).collect();
    let score = |score: Option<f64>| {
        score.map_or_else(|| interface.text("score-none"), |score| interface.decimal(score))
    };
    html! {
        @if judged.result.is_reviewed {
            p.final-score {
                (interface.text("score-of-machine")) ": " (score(judged.call.evaluation.score)) ". "
                strong { (interface.text("score-final")) ": " (score(judged.result.evaluation.score)) }
            }
        }
        @if !reviewed.is_empty() {
            div.scroll tabindex="0" { table.side-by-side {
                thead { tr {
                    th scope="col" { (interface.text("column-rule")) }
                    th scope="col" { (interface.text("column-machine")) }
                    th scope="col" { (interface.text("column-people")) }
                    th scope="col" { (interface.text("column-final")) }
                } }
                tbody { @for rule in reviewed { (verdicts_on_rule(site, rule)) } }
            } }
        }
    }
}

fn verdicts_on_rule(site: &Site<'_>, rule: &FinalVerdict) -> Markup {
    let source = match rule.source {
        VerdictSource::Machine => "source-machine",
        VerdictSource::Reviewer => "source-reviewer",
        VerdictSource::Lead => "source-lead",
        VerdictSource::ReviewersDisagree => "source-disagree",
    };
    html! {
        tr data-rule={ (rule.machine.pack) "." (rule.machine.id) } {
            th scope="row" { (site.rule_book.rule_title(&rule.machine.id)) }
            td { span class={ "verdict " (rule.machine.verdict.name()) } { (verdict_text(site, rule.machine.verdict)) } }
            td { @for human in &rule.humans { p {
                (human.reviewer) ": " (answer_text(site, human.recorded.answer.verdict))
                @if !human.recorded.answer.comment.is_empty() { " — " (human.recorded.answer.comment.as_str()) }
            } } }
            td.final {
                span class={ "verdict " (rule.verdict.name()) } { (verdict_text(site, rule.verdict)) }
                " " span.quiet { (site.interface.text(source)) }
            }
        }
    }
}

/// How far a sheet is, what can be done with it, and its history.
fn one_sheet(site: &Site<'_>, pane: &ReviewPane<'_>, sheet: &Sheet) -> Markup {
    let interface = site.interface;
    let is_own = pane.person.is_named(&sheet.reviewer);
    let actions = actions(pane, sheet, is_own && pane.is_filling());
    let state = interface.text(&format!("review-{}", sheet.state.name()));
    html! {
        section.sheet {
            h3 { (sheet.reviewer) " " span.chip { (state) } }
            @if !sheet.disputed.is_empty() {
                p { (interface.text("review-disputed-rules")) ": "
                    (sheet.disputed.iter().map(|rule| site.rule_book.rule_title(&rule.rule)).collect::<Vec<_>>().join(", ")) }
            }
            @if !actions.is_empty() {
                div.sheet-actions data-reviewer=(sheet.reviewer) data-sequence=(sheet.sequence) {
                    @if actions.contains(&"resolved") { (decisions(site, sheet)) }
                    label { (interface.text("review-comment")) " "
                        textarea name="comment" rows="2" maxlength=(COMMENT_MAX_CHARS) {} }
                    @for action in &actions {
                        button type="button" data-action=(action) { (interface.text(&format!("action-{action}"))) }
                    }
                }
            }
            @if !sheet.history.is_empty() { ol.history { @for step in &sheet.history { li {
                (interface.moment(step.at)) " · " (step.author) " (" (interface.text(&format!("person-{}", step.role.name()))) "): "
                (interface.text(&format!("review-{}", step.state.name())))
                @if !step.comment.is_empty() { " — " (step.comment.as_str()) }
            } } } }
        }
    }
}

/// What the person can do with a sheet now. Sharing stands with the sheet that is filled.
fn actions(pane: &ReviewPane<'_>, sheet: &Sheet, is_being_filled: bool) -> Vec<&'static str> {
    let reason = || Comment::new("…").unwrap_or_default();
    let all = [
        (Action::Share, "shared", Change::Shared { comment: reason() }),
        (Action::Acknowledge, "acknowledged", Change::Acknowledged { comment: reason() }),
        (Action::Dispute, "disputed", Change::Disputed { comment: reason(), rules: Vec::new() }),
        (Action::Resolve, "resolved", Change::Resolved { comment: reason(), decisions: Vec::new() }),
        (Action::Close, "closed", Change::Closed { comment: reason() }),
    ];
    let is_possible = |(action, _, change): &(Action, &str, Change)| {
        let is_elsewhere = is_being_filled && *action == Action::Share;
        !is_elsewhere && pane.may(*action, &sheet.reviewer) && sheet.check(change).is_ok()
    };
    all.into_iter().filter(is_possible).map(|(_, name, _)| name).collect()
}

/// The lead's answers in place of those of the sheet.
fn decisions(site: &Site<'_>, sheet: &Sheet) -> Markup {
    let interface = site.interface;
    let contested = |rule: &RuleKey| sheet.disputed.is_empty() || sheet.disputed.contains(rule);
    html! {
        @for (rule, recorded) in sheet.answers.iter().filter(|(rule, _)| contested(rule)) {
            label.decision { (site.rule_book.rule_title(&rule.rule)) ": " (answer_text(site, recorded.answer.verdict)) " → "
                select data-pack=(rule.pack) data-rule=(rule.rule) {
                    option value="" { (interface.text("review-stands")) }
                    @for verdict in HumanVerdict::ALL.iter().filter(|verdict| **verdict != recorded.answer.verdict) {
                        option value=(verdict.name()) { (answer_text(site, *verdict)) }
                    }
                }
            }
        }
    }
}

/// What people put right.
fn corrections(site: &Site<'_>, judged: &Judged, may_correct: bool) -> Markup {
    let interface = site.interface;
    html! {
        @if !judged.corrections.is_empty() { ol.history { @for (place, recorded) in judged.corrections.iter().enumerate() {
            li {
                (interface.moment(recorded.at)) " · " (recorded.author) ": " (correction(site, &recorded.correction))
                @if may_correct && is_in_effect(&judged.corrections, place) {
                    " " button.undo-button type="button" data-sequence=(recorded.sequence) { (interface.text("correct-undo")) }
                }
            }
        } } }
        @if judged.stale_corrections > 0 { p.notice { (interface.count("corrections-stale", judged.stale_corrections)) } }
        @if !judged.follows_corrections { p.notice { (interface.text("corrections-without-verdicts")) } }
    }
}

/// What became of the verdicts after the corrections.
fn flips(site: &Site<'_>, judged: &Judged) -> Markup {
    html! {
        @if !judged.flips.is_empty() {
            p { (site.interface.text("corrections-flipped")) }
            ul { @for flip in &judged.flips { li {
                (site.rule_book.rule_title(&flip.rule)) ": " (verdict_or_none(site, flip.before)) " → " (verdict_or_none(site, flip.after))
            } } }
        }
    }
}

fn correction(site: &Site<'_>, correction: &Correction) -> Markup {
    html! {
        @match correction {
            Correction::Word { start_s, heard, meant, .. } => {
                (clock(*start_s)) " " del { (heard.as_str()) } " → " ins { (meant.as_str()) }
            },
            Correction::Speaker { start_s, heard, meant, .. } => {
                (clock(*start_s)) " " (role_name(site, *heard)) " → " (role_name(site, *meant))
            },
        }
    }
}

fn verdict_or_none(site: &Site<'_>, verdict: Option<Verdict>) -> String {
    verdict.map_or_else(|| "—".to_owned(), |verdict| verdict_text(site, verdict))
}

fn verdict_text(site: &Site<'_>, verdict: Verdict) -> String {
    site.interface.text(&format!("verdict-{}", verdict.name()))
}

fn answer_text(site: &Site<'_>, verdict: HumanVerdict) -> String {
    site.interface.text(&format!("answer-{}", verdict.name()))
}
