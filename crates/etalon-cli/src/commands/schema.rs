//! `etalon schema`: the JSON Schemas, generated from the types that write the files.

use crate::arguments::SchemaOptions;
use crate::exit::Exit;
use crate::output;
use anyhow::{Context as _, bail};
use schemars::{JsonSchema, Schema, schema_for};

/// A schema's name and how to make it.
type Named = (&'static str, fn() -> Schema);

/// The schemas by the names of the files that they describe.
const SCHEMAS: [Named; 13] = [
    ("bench", of::<etalon_bench::BenchReport>),
    ("call", of::<etalon_call::Call>),
    ("call_line", of::<etalon_store::CallLine>),
    ("doctor", of::<super::doctor::Diagnosis>),
    ("failure", of::<etalon_store::Failure>),
    ("forgotten", of::<etalon_store::ForgottenRecording>),
    ("incident", of::<etalon_report::Incident>),
    ("passed_over", of::<etalon_store::PassedOver>),
    ("plan", of::<etalon_shards::PlanLine>),
    ("quarantined", of::<etalon_store::Quarantined>),
    ("recording", of::<etalon_store::RecordingLine>),
    ("run", of::<etalon_store::RunSummary>),
    ("truth", of::<etalon_eval::Truth>),
];

fn of<T: JsonSchema>() -> Schema {
    schema_for!(T)
}

/// Runs the command.
pub(crate) fn schema(options: &SchemaOptions) -> anyhow::Result<Exit> {
    if let Some(folder) = &options.write {
        std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        for (name, make) in SCHEMAS {
            let path = folder.join(format!("{name}.schema.json"));
            std::fs::write(&path, text(&make())?)
                .with_context(|| format!("{} can't be written", path.display()))?;
        }
        return Ok(Exit::Done);
    }
    let Some(name) = &options.name else {
        output::data(&SCHEMAS.map(|(name, _)| format!("{name}\n")).concat())?;
        return Ok(Exit::Done);
    };
    let Some((_, make)) = SCHEMAS.iter().find(|(known, _)| known == name) else {
        bail!("there is no schema `{name}`; there are {}", SCHEMAS.map(|(name, _)| name).join(", "));
    };
    output::data(&text(&make())?)?;
    Ok(Exit::Done)
}

fn text(schema: &Schema) -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(schema)?))
}
