//! `etalon rules`: looking at rule packs.

use crate::arguments::{CheckOptions, RulesCommand, RulesOptions};
use crate::commands::explain::explain;
use crate::commands::measure_rules::measure_rules;
use crate::commands::try_rules::try_rules;
use crate::exit::Exit;
use crate::output;
use etalon_call::PackReference;
use etalon_pipeline::{CalendarSettings, PipelineError, check_ids, load_pack, load_packs};
use etalon_rules::{ExampleFailure, Pack, PackError, PackErrors, PackWarning};
use serde::Serialize;

/// Runs the command.
pub(crate) fn rules(options: &RulesOptions) -> anyhow::Result<Exit> {
    match &options.command {
        RulesCommand::Check(options) => check(options),
        RulesCommand::Explain(options) => explain(options),
        RulesCommand::Measure(options) => measure_rules(options, &named(&options.packs)?),
        RulesCommand::Try(options) => try_rules(options),
        RulesCommand::Test { packs } => test(&named(packs)?),
    }
}

/// The packs of these names, or all built-in ones.
pub(crate) fn named(names: &[String]) -> anyhow::Result<Vec<Pack>> {
    Ok(load_packs(&names_or_built_in(names), &CalendarSettings::default())?)
}

fn names_or_built_in(names: &[String]) -> Vec<String> {
    if names.is_empty() {
        etalon_rules::built_in_ids().iter().map(|id| (*id).to_owned()).collect()
    } else {
        names.to_vec()
    }
}

/// What `rules check --json` prints.
#[derive(Serialize)]
struct CheckedPacks {
    packs: Vec<CheckedPack>,
    problems: Vec<Problem>,
}

/// A pack that can be used.
#[derive(Serialize)]
struct CheckedPack {
    #[serde(flatten)]
    reference: PackReference,
    title: String,
    rules: usize,
}

/// Something that is wrong with a pack.
#[derive(Serialize)]
struct Problem {
    /// `error` or `warning`.
    severity: &'static str,
    /// The pack as it was named.
    file: String,
    /// Both are counted from 1, and null where no place in a pack is wrong.
    line: Option<usize>,
    column: Option<usize>,
    kind: &'static str,
    message: String,
    help: Option<String>,
    /// The problem as people read it.
    #[serde(skip)]
    shown: String,
}

/// Checks each pack for itself, so that the mistakes of all are told together.
fn check(options: &CheckOptions) -> anyhow::Result<Exit> {
    let mut packs = Vec::new();
    let mut problems = Vec::new();
    for name in names_or_built_in(&options.packs) {
        match load_pack(&name) {
            Ok(pack) => {
                problems.extend(pack.warnings().iter().map(warning));
                packs.push(pack);
            }
            Err(PipelineError::Pack(errors)) => problems.extend(errors_of(&errors)),
            Err(error) => problems.push(unplaced(&name, &error)),
        }
    }
    problems.extend(check_ids(&packs).err().map(|error| unplaced("", &error)));
    let is_usable = problems.iter().all(|problem| problem.severity != ERROR);
    if options.json {
        let packs = packs.iter().map(|pack| CheckedPack {
            reference: pack.reference(),
            title: pack.title().to_owned(),
            rules: pack.rules().len(),
        });
        let checked = CheckedPacks { packs: packs.collect(), problems };
        output::json(&checked)?;
    } else {
        packs.iter().try_for_each(print_rules)?;
        for problem in &problems {
            problem.shown.lines().for_each(|line| output::message(&format!("{}: {line}", problem.severity)));
        }
    }
    Ok(if is_usable { Exit::Done } else { Exit::Usage })
}

/// A problem that keeps a pack from being used.
const ERROR: &str = "error";

fn print_rules(pack: &Pack) -> std::io::Result<()> {
    let reference = pack.reference();
    output::data(&format!("{} {} ({} rules)\n", reference.id, reference.version, pack.rules().len()))?;
    pack.rules().iter().try_for_each(|rule| output::data(&format!("  {}  {}\n", rule.id(), rule.title())))
}

fn warning(warning: &PackWarning) -> Problem {
    Problem {
        severity: "warning",
        file: warning.place().origin().to_owned(),
        line: Some(warning.place().line()),
        column: Some(warning.place().column()),
        kind: "no_examples",
        message: warning.message().to_owned(),
        help: Some(warning.help().to_owned()),
        shown: warning.to_string(),
    }
}

/// The errors of a pack; where they are too many, the last tells how many are left out.
fn errors_of(errors: &PackErrors) -> Vec<Problem> {
    let problem = |error: &PackError| Problem {
        severity: ERROR,
        file: error.origin().to_owned(),
        line: Some(error.line()),
        column: Some(error.column()),
        kind: error.kind().name(),
        message: error.message().to_owned(),
        help: Some(error.help().to_owned()),
        shown: error.to_string(),
    };
    let mut problems: Vec<Problem> = errors.iter().map(problem).collect();
    if errors.left_out() > 0 {
        let message = format!("{} more errors are not shown; mend these first", errors.left_out());
        let file = errors.first().origin().to_owned();
        let shown = format!("{file}: {message}");
        problems.push(Problem {
            severity: ERROR,
            file,
            line: None,
            column: None,
            kind: "more_errors",
            message,
            help: None,
            shown,
        });
    }
    problems
}

/// A pack that can't be had, or two that can't be used together.
fn unplaced(name: &str, error: &PipelineError) -> Problem {
    Problem {
        severity: ERROR,
        file: name.to_owned(),
        line: None,
        column: None,
        kind: match error {
            PipelineError::SamePack { .. } => "same_id",
            PipelineError::UnknownPack { .. } => "unknown_pack",
            _ => "unreadable",
        },
        message: error.to_string(),
        help: None,
        shown: error.to_string(),
    }
}

fn test(packs: &[Pack]) -> anyhow::Result<Exit> {
    let mut failures = 0;
    for pack in packs {
        let failed = etalon_rules::test_examples(pack);
        let examples: usize = pack.rules().iter().map(|rule| rule.examples().len()).sum();
        output::data(&format!("{}: {} of {examples} examples hold\n", pack.id(), examples - failed.len()))?;
        for failure in &failed {
            output::data(&format!("  {}\n", failure_line(failure)))?;
        }
        failures += failed.len();
    }
    Ok(if failures == 0 { Exit::Done } else { Exit::Fatal })
}

fn failure_line(failure: &ExampleFailure) -> String {
    let ExampleFailure { rule, number, expected, found, reason, place, .. } = failure;
    format!(
        "{}:{}:{}: {rule}, example {number}: expected {}, found {}: {reason}",
        place.origin(),
        place.line(),
        place.column(),
        expected.name(),
        found.name()
    )
}
