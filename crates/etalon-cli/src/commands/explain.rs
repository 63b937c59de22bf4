//! `etalon rules explain`: why a rule said what it said about a call. Shows words of the call, because it was asked to.

use crate::arguments::ExplainOptions;
use crate::exit::Exit;
use crate::output::{self, Audience};
use anyhow::{Context as _, anyhow, bail};
use etalon_batch::across_calls::{history_of, ledger_of};
use etalon_batch::kept_packs;
use etalon_batch::lookup::{self, NamedCall};
use etalon_call::{Call, Evidence, PackReference, Role, Verdict, clock};
use etalon_pipeline::load_pack;
use etalon_rules::{CallView, ExplainedPart, Explanation, History, Pack, explain_with_history};
use etalon_store::Store;
use std::fmt::Write as _;
use std::path::Path;

/// Characters of a condition's notation that are shown.
const NOTATION_AT_MOST: usize = 100;

/// Calls of one name that are listed.
const CANDIDATES_SHOWN: usize = 20;

/// Runs the command.
pub(crate) fn explain(options: &ExplainOptions) -> anyhow::Result<Exit> {
    let (call, store) = call(options)?;
    let pack = pack_with_rule(options, &call, store.as_ref())?;
    if !call.pipeline.packs.contains(&pack.reference()) {
        output::message(&format!("the call was judged by another version of {} or without it", pack.id()));
    }
    let history = history(options, store.as_ref(), &call)?;
    let explanation = explain_with_history(&pack, &options.rule, &CallView::from(&call), &history)
        .with_context(|| format!("the pack {} has no rule `{}`", pack.id(), options.rule))?;
    output::data(&as_text(&call, &pack, &explanation))?;
    Ok(Exit::Done)
}

/// The call, and the result folder that it lies in.
fn call(options: &ExplainOptions) -> anyhow::Result<(Call, Option<Store>)> {
    let path = Path::new(&options.call);
    if let Some(out) = &options.out {
        let store = Store::open(out)?;
        if let Some(call) = stored_call(&store, &options.call)? {
            return Ok((call, Some(store)));
        }
    }
    if path.is_file() {
        let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
        let call = serde_json::from_slice(&bytes).map_err(|error| {
            anyhow!(
                "{}: not a stored call (line {}); to name a call by its recording, add its result folder with \
                 --out DIR",
                path.display(),
                error.line()
            )
        })?;
        let folder = options.out.as_deref().or_else(|| path.ancestors().nth(3));
        return Ok((call, folder.and_then(|folder| Store::open(folder).ok())));
    }
    let Some(out) = &options.out else {
        bail!(
            "{} is not a file; to name a call by its id or its recording, add its result folder with --out DIR",
            path.display()
        );
    };
    bail!("{} has no call and no recording {}", out.display(), options.call)
}

/// The one stored call that has a name; nothing where none has it.
fn stored_call(store: &Store, name: &str) -> anyhow::Result<Option<Call>> {
    let named = lookup::calls_named(store, name)?;
    match named.as_slice() {
        [] => Ok(None),
        [call] => Ok(store.read_call(&call.id)?),
        several => {
            let lines = several.iter().map(|call| candidate_line(call, Audience::of_messages()));
            let shown: Vec<String> = lines.take(CANDIDATES_SHOWN).collect();
            let more = several.len() - shown.len();
            let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
            bail!(
                "{} calls are called {name}; name one by more of its path or by its id:\n{}{more}",
                several.len(),
                shown.join("\n")
            )
        }
    }
}

/// A call that may be meant. A log gets no name of a recording.
fn candidate_line(call: &NamedCall, audience: Audience) -> String {
    match audience {
        Audience::Terminal => format!("  {}  {}", call.id, call.source),
        Audience::Log => format!("  {}", call.id),
    }
}

/// The first of the packs that has the rule: those that are named, or those that judged the call.
fn pack_with_rule(options: &ExplainOptions, call: &Call, store: Option<&Store>) -> anyhow::Result<Pack> {
    let references = options.packs.is_empty().then_some(&call.pipeline.packs).into_iter().flatten();
    let judged_by = references.map(|reference| judging_pack(store, reference));
    let named = options.packs.iter().chain(&options.add_packs).map(|name| Ok(load_pack(name)?));
    let mut ids = Vec::new();
    let mut unusable = Vec::new();
    for pack in judged_by.chain(named) {
        match pack {
            Ok(pack) if pack.rules().iter().any(|rule| rule.id() == options.rule) => return Ok(pack),
            Ok(pack) => ids.push(pack.id().to_owned()),
            Err(error) => unusable.push(error),
        }
    }
    match unusable.into_iter().next() {
        Some(error) => Err(error),
        None => bail!(
            "none of the packs {} has a rule `{}`; name its pack with --packs",
            ids.join(", "),
            options.rule
        ),
    }
}

/// A pack that judged the call.
fn judging_pack(store: Option<&Store>, reference: &PackReference) -> anyhow::Result<Pack> {
    match store {
        Some(store) => Ok(kept_packs::judging_pack(store, reference)?),
        None => Ok(load_pack(&reference.id)?),
    }
}

/// When the client was called, as far as the call's folder and the earlier ones tell.
fn history(options: &ExplainOptions, store: Option<&Store>, call: &Call) -> anyhow::Result<History> {
    let ledger = store.map(ledger_of).transpose()?.unwrap_or_default();
    let mut history = history_of(&ledger, &options.earlier.history)?;
    history.record_call(&call.call);
    Ok(history)
}

fn as_text(call: &Call, pack: &Pack, explanation: &Explanation) -> String {
    let result = &explanation.result;
    let title = pack.rules().iter().find(|rule| rule.id() == result.id).map_or("", |rule| rule.title());
    let mut text = String::new();
    // Writing into a text cannot fail.
    let _ = writeln!(text, "Звонок {}", call.call.source);
    let _ = writeln!(text, "Правило {} «{title}», пакет {} {}", result.id, pack.id(), pack.version());
    let _ = writeln!(text, "Вывод: {}. {}", verdict(result.verdict), result.reason);
    if let Some(when) = &explanation.when {
        let _ = writeln!(text, "\nКогда правило применяется:");
        write_part(&mut text, when, 1);
    }
    if let Some(condition) = &explanation.condition {
        let _ = writeln!(text, "\nЧто должно быть:");
        write_part(&mut text, condition, 1);
    }
    text
}

fn write_part(text: &mut String, part: &ExplainedPart, depth: usize) {
    let indent = "  ".repeat(depth);
    let mark = match part.holds {
        Some(true) => "[да] ",
        Some(false) => "[нет]",
        None => "[?]  ",
    };
    let _ = writeln!(text, "{indent}{mark} {}", part.description);
    if let Some(cause) = &part.cause {
        let _ = writeln!(text, "{indent}      нельзя проверить: {cause}");
    }
    if part.parts.is_empty() {
        let _ = writeln!(text, "{indent}      строка {}: {}", part.line, shortened(&part.notation));
        if let Some(value) = part.value {
            let _ = writeln!(text, "{indent}      значение: {}", value.to_string().replace('.', ","));
        }
        part.places.iter().for_each(|place| write_place(text, place, &indent));
    }
    part.parts.iter().for_each(|part| write_part(text, part, depth + 1));
}

fn write_place(text: &mut String, place: &Evidence, indent: &str) {
    let side = match place.speaker {
        Some(Role::Agent) => " оператор",
        Some(Role::Client) => " клиент",
        _ => "",
    };
    let quote = place.quote.as_str();
    let quote = match &place.label {
        Some(label) => format!(": {label}"),
        None if quote.is_empty() => String::new(),
        None => format!(": «{quote}»"),
    };
    let (start, end) = (clock(place.start_s), clock(place.end_s));
    let range = if start == end { start } else { format!("{start}–{end}") };
    let act = place.act.zip(place.probability);
    let act = act.map(|(act, sure)| format!(" [{} {sure:.2}]", act.name())).unwrap_or_default();
    let _ = writeln!(text, "{indent}      {range}{side}{quote}{act}");
}

fn shortened(notation: &str) -> String {
    let mut shown: String = notation.chars().take(NOTATION_AT_MOST).collect();
    if shown.len() < notation.len() {
        shown.push('…');
    }
    shown
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "соблюдено",
        Verdict::Fail => "нарушено",
        Verdict::Na => "не относится к этому звонку",
        Verdict::Unmeasurable => "нельзя проверить",
    }
}
