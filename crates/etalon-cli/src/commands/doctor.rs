//! `etalon doctor`: can this machine run it?

use crate::arguments::DoctorOptions;
use crate::exit::Exit;
use crate::output;
use etalon_asr::{EngineChoice, SpeechModel};
use etalon_store::Store;
use std::path::Path;

/// One thing that was looked at: what it is, and what was found or what to do.
struct Finding {
    what: &'static str,
    outcome: Result<String, String>,
}

/// Runs the command.
pub(crate) fn doctor(options: &DoctorOptions) -> anyhow::Result<Exit> {
    let findings = [processor(), embedded_model(), rule_packs(), output_folder(&options.out)];
    for finding in &findings {
        let (mark, text) = match &finding.outcome {
            Ok(text) => ("ok  ", text),
            Err(text) => ("FAIL", text),
        };
        output::data(&format!("{mark}  {:<14} {text}\n", finding.what))?;
    }
    let healthy = findings.iter().all(|finding| finding.outcome.is_ok());
    Ok(if healthy { Exit::Done } else { Exit::Fatal })
}

fn processor() -> Finding {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Finding { what: "processor", outcome: Ok(format!("{cores} cores")) }
}

/// Loads the model as a run would.
fn embedded_model() -> Finding {
    let model = etalon_models::embedded();
    let outcome = SpeechModel::load(model.name, model.bytes, EngineChoice::Auto)
        .map(|_| {
            format!(
                "{} ({} MB) is built in and loads; {}",
                model.name,
                model.bytes.len() / 1_000_000,
                EngineChoice::Auto.compute_features()
            )
        })
        .map_err(|error| error.to_string());
    Finding { what: "speech model", outcome }
}

fn rule_packs() -> Finding {
    let outcome = super::rules::named(&[]).map_err(|error| error.to_string()).map(|packs| {
        let packs: Vec<String> =
            packs.iter().map(|pack| format!("{} ({} rules)", pack.id(), pack.rules().len())).collect();
        packs.join(", ")
    });
    Finding { what: "rule packs", outcome }
}

/// Whether a file can be written and synchronised there.
fn output_folder(folder: &Path) -> Finding {
    let outcome = Store::probe(folder)
        .map(|()| format!("{} can be written", folder.display()))
        .map_err(|error| error.to_string());
    Finding { what: "output", outcome }
}
