//! One call as the rules see it.

use etalon_call::{Activity, AudioFacts, Call, CallFacts, Event, Metrics, Turn};

/// One call as the rules see it.
#[derive(Debug, Clone, Copy)]
pub struct CallView<'a> {
    /// What the centre knew of the call.
    pub call: &'a CallFacts,
    /// What the recording is as a signal.
    pub audio: &'a AudioFacts,
    /// Who said what, in order of start time.
    pub turns: &'a [Turn],
    /// Who was speaking when.
    pub activity: &'a Activity,
    /// The measured course of the dialogue.
    pub metrics: &'a Metrics,
    /// What happened, in order of start time.
    pub events: &'a [Event],
    /// Whether the call was transcribed; without a transcript no phrase can be judged.
    pub transcribed: bool,
}

impl<'a> From<&'a Call> for CallView<'a> {
    fn from(call: &'a Call) -> Self {
        Self {
            call: &call.call,
            audio: &call.audio,
            turns: &call.turns,
            activity: &call.activity,
            metrics: &call.metrics,
            events: &call.events,
            transcribed: call.pipeline.model.is_some(),
        }
    }
}
