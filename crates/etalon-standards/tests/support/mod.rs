//! What several tests need of a call.

use etalon_call::{AudioFacts, Layout, LayoutSource};

/// A stereo recording with the agent on the left, whose layout was told.
pub(crate) fn stereo(duration_s: f64) -> AudioFacts {
    AudioFacts {
        duration_s,
        rate_hz: 8000,
        channels: 2,
        codec: "pcm16".to_owned(),
        layout: Layout::AgentLeft,
        layout_source: LayoutSource::Config,
        defects: vec![],
        roles: None,
    }
}
