//! `etalon rules`: looking at rule packs.

use crate::arguments::{RulesCommand, RulesOptions};
use crate::commands::explain::explain;
use crate::commands::try_rules::try_rules;
use crate::exit::Exit;
use crate::output;
use etalon_pipeline::load_pack;
use etalon_report::RuleTitles;
use etalon_rules::{ExampleFailure, Pack};

/// Runs the command.
pub(crate) fn rules(options: &RulesOptions) -> anyhow::Result<Exit> {
    match &options.command {
        RulesCommand::Check { packs } => check(&named(packs)?),
        RulesCommand::Explain(options) => explain(options),
        RulesCommand::Try(options) => try_rules(options),
        RulesCommand::Test { packs } => test(&named(packs)?),
    }
}

/// What the rules, stages, topics and call types of packs are called, for people.
pub(crate) fn titles(packs: &[Pack]) -> RuleTitles {
    let rules = packs.iter().flat_map(Pack::rules).map(|rule| (rule.id(), rule.title()));
    let titles = packs.iter().flat_map(Pack::categories).chain(rules);
    titles.map(|(id, title)| (id.to_owned(), title.to_owned())).collect()
}

/// The packs of these names, or all built-in ones.
pub(crate) fn named(names: &[String]) -> anyhow::Result<Vec<Pack>> {
    if names.is_empty() {
        return Ok(etalon_rules::built_in_ids().iter().map(|id| load_pack(id)).collect::<Result<_, _>>()?);
    }
    Ok(names.iter().map(|name| load_pack(name)).collect::<Result<_, _>>()?)
}

fn check(packs: &[Pack]) -> anyhow::Result<Exit> {
    for pack in packs {
        let reference = pack.reference();
        output::data(&format!("{} {} ({} rules)\n", reference.id, reference.version, pack.rules().len()))?;
        for rule in pack.rules() {
            output::data(&format!("  {}  {}\n", rule.id(), rule.title()))?;
        }
    }
    Ok(Exit::Done)
}

fn test(packs: &[Pack]) -> anyhow::Result<Exit> {
    let mut failures = 0;
    for pack in packs {
        let failed = etalon_rules::test_examples(pack);
        let examples: usize = pack.rules().iter().map(|rule| rule.examples().len()).sum();
        output::data(&format!("{}: {} of {examples} examples hold\n", pack.id(), examples - failed.len()))?;
        for failure in &failed {
            let ExampleFailure { rule, number, expected, found, reason, .. } = failure;
            let (expected, found) = (expected.name(), found.name());
            output::data(&format!(
                "  {rule}, example {number}: expected {expected}, found {found}: {reason}\n"
            ))?;
        }
        failures += failed.len();
    }
    Ok(if failures == 0 { Exit::Done } else { Exit::Fatal })
}
