//! Stored calls whose recordings can't be heard again.

use crate::fingerprint::fingerprint_with;
use crate::settings::ScoreSettings;
use data_encoding::HEXLOWER;
use etalon_call::Call;
use sha2::{Digest, Sha256};

/// Takes personal data out of a stored call, which was judged with these settings of the score.
///
/// It keeps its verdicts, and is judged as before. But it is the result of no run any more: whoever
/// can hear its recording makes it anew, with personal data or without.
pub fn redact_stored(call: &mut Call, score: ScoreSettings) {
    etalon_redact::redact(call);
    let of_listening = |call: &Call, listening: &str| {
        fingerprint_with(listening, &call.pipeline.packs, score, &call.call, &call.audio.defects)
    };
    let heard = &call.pipeline.listening_fingerprint;
    let unheard = HEXLOWER.encode(&Sha256::digest(format!("redacted as it was stored: {heard}")));
    // A call that other rules have judged keeps a fingerprint that fits nothing, and is judged
    // again.
    if call.pipeline.fingerprint == of_listening(call, heard) {
        call.pipeline.fingerprint = of_listening(call, &unheard);
    }
    call.pipeline.listening_fingerprint = unheard;
}
