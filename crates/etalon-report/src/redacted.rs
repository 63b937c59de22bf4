//! A result folder without personal data, to be handed on.

use crate::error::Error;
use crate::listening::{REPORT_FOLDER, call_files, muted_spans, opus_path, still_there};
use data_encoding::HEXLOWER;
use etalon_audio::Limits;
use etalon_call::{Call, CallFacts};
use etalon_listen::{ListenError, Original};
use etalon_store::{RecordingPlaces, Store};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Digits of the pseudonym of a client.
const PSEUDONYM_DIGITS: usize = 16;

/// How the kinds of defects begin whose details may name a manifest or a transcript.
const DEFECTS_OF_FILES: [&str; 2] = ["fact", "transcript_"];

/// What became of the sound of a call.
#[derive(Debug)]
pub enum RedactedSound {
    /// It was written to this file.
    Written(PathBuf),
    /// The recording is at none of its places, so that nothing is to be heard.
    Gone,
    /// It could not be written, so that nothing is to be heard.
    Failed(ListenError),
}

/// Takes personal data out of a call: what was said, and what the centre knew of it.
///
/// The client becomes a pseudonym that is the same throughout with the same `salt`. Names of people
/// and files, and columns of manifests that etalon does not know, go; ids of agents and teams stay.
pub fn redact_call(call: &mut Call, salt: &[u8]) {
    etalon_redact::redact(call);
    let facts = std::mem::take(&mut call.call);
    let extension = facts.source.rsplit_once('.').map_or("audio", |(_, extension)| extension);
    let is_extension = extension.len() <= 5 && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let source = format!("{}.{}", facts.id, if is_extension { extension } else { "audio" });
    if let Some(import) = &mut call.pipeline.transcription.import {
        import.file.clone_from(&facts.id);
    }
    call.call = CallFacts {
        source,
        also_found_as: Vec::new(),
        agent_name: None,
        manager: None,
        client_ref: facts.client_ref.as_deref().map(|client| pseudonym(client, salt)),
        tags: BTreeMap::new(),
        ..facts
    };
    for defect in &mut call.audio.defects {
        let may_name_a_file = DEFECTS_OF_FILES.iter().any(|kind| defect.kind.starts_with(kind));
        defect.detail =
            if may_name_a_file { String::new() } else { etalon_redact::redacted_text(&defect.detail) };
    }
}

fn pseudonym(client: &str, salt: &[u8]) -> String {
    let hash = Sha256::new().chain_update(salt).chain_update(client).finalize();
    format!("client-{}", HEXLOWER.encode(&hash[..PSEUDONYM_DIGITS / 2]))
}

/// Writes a redacted call of a result folder into another one, with its waveform and its muted
/// sound.
///
/// # Errors
/// [`Error::Store`] where a folder can't be read or written.
pub fn write_redacted(
    from: &Store,
    places: &RecordingPlaces,
    to: &Store,
    call: &Call,
) -> Result<RedactedSound, Error> {
    let id = &call.call.id;
    if let Some(waveform) = from.read_whole_waveform(id)? {
        to.write_waveform(id, &waveform)?;
    }
    let sound = write_sound(places, to, call)?;
    to.write_call(call)?;
    Ok(sound)
}

fn write_sound(places: &RecordingPlaces, to: &Store, call: &Call) -> Result<RedactedSound, Error> {
    let found = places.get(&call.call.id).and_then(|found| still_there(found));
    let Some(files) = found.map(call_files) else { return Ok(RedactedSound::Gone) };
    let original = Original { files: &files, audio: &call.audio, sha256: &call.call.audio_sha256 };
    let mut file = to.create_file(&format!("{REPORT_FOLDER}/{}", opus_path(call)))?;
    let path = file.path().to_owned();
    match etalon_listen::convert(&original, &muted_spans(call), &Limits::default(), &mut file) {
        Ok(_) => {
            file.commit()?;
            Ok(RedactedSound::Written(path))
        }
        Err(error) => Ok(RedactedSound::Failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_one_pseudonym_a_salt() {
        let one = pseudonym("+79005554433", b"salt");
        assert_eq!(one, pseudonym("+79005554433", b"salt"));
        assert_ne!(one, pseudonym("+79005554433", b"pepper"));
        assert!(one.starts_with("client-") && !one.contains("9005554433"), "{one}");
    }
}
