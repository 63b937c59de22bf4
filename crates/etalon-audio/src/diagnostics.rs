//! The channel diagnostics: what is wrong with a recording as a signal.
//!
//! Nothing is changed here. Every [`Finding`] has a number and the threshold that it crossed; two
//! of them, dual mono and a dead channel, change how the call is analysed and are therefore fields
//! of the [`Diagnostics`].

mod crosstalk;
mod excerpt;
mod level;
mod meter;
mod pair;
mod spectrum;
mod sums;
#[cfg(test)]
mod tests;
mod unsteady;

pub use crosstalk::Crosstalk;
pub use level::ChannelFacts;
pub use meter::DiagnosticsMeter;
pub use pair::PairFacts;
pub use spectrum::Hum;

use crate::Recording;
use etalon_call::{Defect, round3};

/// What the diagnostics found out about a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostics {
    /// What is wrong, channel by channel and then between channels.
    pub findings: Vec<Finding>,
    /// Whether the two channels that carry a side hold the same signal, so that they are one
    /// channel.
    pub dual_mono: bool,
    /// The channels of more than two on which somebody can be heard.
    pub alive: Vec<usize>,
    /// The two of more than two channels that have the least in common.
    pub least_alike: Option<[usize; 2]>,
    /// The channel of two on which nobody can be heard, while the other one is alive.
    pub dead_channel: Option<usize>,
    /// The measures of each channel.
    pub channels: Vec<ChannelFacts>,
    /// The measures between the first two channels, if there are two.
    pub pair: Option<PairFacts>,
    /// How much of each of the first two channels the other one carries; empty for copies and for a
    /// dead channel.
    pub crosstalk: Vec<Crosstalk>,
}

/// Something that is wrong with a recording as a signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// The channel it is about; none when it is about all of them.
    pub channel: Option<usize>,
    /// What was measured, in the unit of the kind.
    pub value: f64,
    /// The threshold that the value crossed, in the same unit.
    pub threshold: f64,
}

/// What can be wrong with a recording as a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// Two channels carry the same signal. Unit: level of what differs against the signal, dB.
    DualMono,
    /// A channel is silent while the other is not. Unit: level of its loudest 0.2 s, dBFS.
    DeadChannel,
    /// All channels are silent. Unit: level of the loudest 0.2 s, dBFS.
    Silent,
    /// One speaker is heard on the channel of the other. Unit: level against the original, dB.
    Crosstalk,
    /// The signal is not centred. Unit: mean, share of full scale.
    DcOffset,
    /// Samples at full scale. Unit: their share, 0 to 1.
    Clipping,
    /// One channel is much louder than the other. Unit: difference of the active levels, dB.
    LevelDifference,
    /// Hum of the mains. Unit: level in the quietest seconds, dBFS.
    Hum,
    /// The voices are too low or too high for the rate that the header has. Unit: median pitch, Hz.
    RateSuspect,
}

impl FindingKind {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::DualMono => "dual_mono",
            Self::DeadChannel => "dead_channel",
            Self::Silent => "silent",
            Self::Crosstalk => "crosstalk",
            Self::DcOffset => "dc_offset",
            Self::Clipping => "clipping",
            Self::LevelDifference => "level_difference",
            Self::Hum => "hum",
            Self::RateSuspect => "rate_suspect",
        }
    }

    fn explain(self, value: f64, threshold: f64) -> String {
        match self {
            Self::DualMono => {
                format!(
                    "what differs lies {value} dB below the signal, threshold {threshold} dB; taken as one channel"
                )
            }
            Self::DeadChannel | Self::Silent => {
                format!("the loudest 0.2 s have {value} dBFS, threshold {threshold} dBFS")
            }
            Self::Crosstalk => format!("the other side is heard at {value} dB, threshold {threshold} dB"),
            Self::DcOffset => format!("mean {value} of full scale, threshold {threshold}"),
            Self::Clipping => format!("share of samples at full scale {value}, threshold {threshold}"),
            Self::LevelDifference => {
                format!("{value} dB louder than the other channel, threshold {threshold} dB")
            }
            Self::Hum => format!("hum of the mains at {value} dBFS, threshold {threshold} dBFS"),
            Self::RateSuspect => format!(
                "median pitch {value} Hz, threshold {threshold} Hz; the recording may have another rate than its header"
            ),
        }
    }
}

impl Finding {
    /// The finding as it is stored with the call.
    pub fn defect(&self) -> Defect {
        let (value, threshold) = (round3(self.value), round3(self.threshold));
        let what = self.kind.explain(value, threshold);
        let detail = match self.channel {
            Some(channel) => format!("channel {}: {what}", channel + 1),
            None => what,
        };
        Defect::new(self.kind.name(), detail)
    }
}

/// Thresholds of the findings.
mod threshold {
    /// Below the idle noise of any line, above the quantisation noise of G.711 (about -72 dBFS).
    pub(super) const SILENT_DBFS: f64 = -60.0;
    /// Re-encoding by G.711 leaves a difference of about -37 dB between copies; two people never
    /// come below -10 dB.
    pub(super) const DUAL_MONO_DB: f64 = -25.0;
    /// A copy that came another way is delayed by parts of a sample and coded again; what it shares
    /// with the original is still five sixths of its power, and of two people's next to nothing.
    pub(super) const DELAYED_COPY_DB: f64 = -8.0;
    /// Without the hum that hides the voices, coding leaves more of a difference between copies,
    /// and still less than half of their power; two people have next to nothing in common.
    pub(super) const CHANGES_COPY_DB: f64 = -3.0;
    /// Copies that differ by less hide nobody: it could not be heard beside the loudest hum.
    pub(super) const CERTAIN_COPY_DB: f64 = -60.0;
    pub(super) const DC_OFFSET: f64 = 0.01;
    pub(super) const CLIPPING: f64 = 0.001;
    pub(super) const LEVEL_DIFFERENCE_DB: f64 = 15.0;
    /// A leak below this is not heard over the noise of a telephone line.
    pub(super) const CROSSTALK_DB: f64 = -45.0;
    /// Chance explains less than a hundredth of another channel.
    pub(super) const CROSSTALK_EXPLAINED: f64 = 0.05;
    pub(super) const HUM_DBFS: f64 = -60.0;
    /// A voice or noise in the quiet seconds stands out less than this.
    pub(super) const HUM_PROMINENCE_DB: f64 = 15.0;
    /// Medians of speakers lie between about 80 and 300 Hz; half and twice the right rate leave
    /// that range.
    pub(super) const LOWEST_PITCH_HZ: f64 = 60.0;
    pub(super) const HIGHEST_PITCH_HZ: f64 = 450.0;
}

/// Examines a recording that lies in memory; see [`DiagnosticsMeter`].
pub fn examine(recording: &Recording) -> Diagnostics {
    let mut meter = DiagnosticsMeter::new(recording.channels.len(), recording.rate_hz, recording.codec);
    meter.push(&recording.channels);
    meter.finish()
}

/// What the measures mean. `delayed` compares the channels at the delay that fits best, and
/// `is_one_voice` compares copies without what is steady on them. `crosstalk` is measured only
/// where two people can be heard on two channels.
fn diagnostics(
    channels: Vec<ChannelFacts>,
    pair: Option<PairFacts>,
    delayed: impl FnOnce() -> Option<PairFacts>,
    is_one_voice: impl FnOnce() -> bool,
    crosstalk: impl FnOnce() -> Vec<Crosstalk>,
) -> Diagnostics {
    let mut findings: Vec<Finding> =
        channels.iter().enumerate().flat_map(|(channel, facts)| about_channel(channel, facts)).collect();
    let dead_channel = find_dead_channel(&channels, &mut findings);
    let dual_mono = dead_channel.is_none() && {
        let copies = copies(pair.as_ref(), threshold::DUAL_MONO_DB)
            .or_else(|| copies(delayed().as_ref(), threshold::DELAYED_COPY_DB));
        let copies = confirmed(copies, is_one_voice);
        findings.extend(copies);
        copies.is_some()
    };
    let has_two_sides = channels.len() == 2 && !dual_mono && dead_channel.is_none();
    let crosstalk = if has_two_sides { crosstalk() } else { Vec::new() };
    findings.extend(crosstalk.iter().filter_map(leak));
    findings.extend(has_two_sides.then(|| level_difference(&channels)).flatten());
    let alive = (0..channels.len()).filter(|channel| !is_silent(&channels[*channel])).collect();
    Diagnostics { findings, dual_mono, alive, least_alike: None, dead_channel, channels, pair, crosstalk }
}

fn about_channel(channel: usize, facts: &ChannelFacts) -> Vec<Finding> {
    let finding = |kind, value, threshold| Finding { kind, channel: Some(channel), value, threshold };
    let mut findings = Vec::new();
    if facts.dc_offset.abs() > threshold::DC_OFFSET {
        findings.push(finding(FindingKind::DcOffset, facts.dc_offset, threshold::DC_OFFSET));
    }
    if facts.clipping_ratio > threshold::CLIPPING {
        findings.push(finding(FindingKind::Clipping, facts.clipping_ratio, threshold::CLIPPING));
    }
    if let Some(hum) = facts.hum
        && hum.level_dbfs > threshold::HUM_DBFS
        && hum.prominence_db > threshold::HUM_PROMINENCE_DB
    {
        findings.push(finding(FindingKind::Hum, hum.level_dbfs, threshold::HUM_DBFS));
    }
    if let Some(pitch_hz) = facts.median_pitch_hz {
        if pitch_hz < threshold::LOWEST_PITCH_HZ {
            findings.push(finding(FindingKind::RateSuspect, pitch_hz, threshold::LOWEST_PITCH_HZ));
        } else if pitch_hz > threshold::HIGHEST_PITCH_HZ {
            findings.push(finding(FindingKind::RateSuspect, pitch_hz, threshold::HIGHEST_PITCH_HZ));
        }
    }
    findings
}

/// Whether people speak at this pitch.
fn is_usual_pitch(pitch_hz: f64) -> bool {
    (threshold::LOWEST_PITCH_HZ..=threshold::HIGHEST_PITCH_HZ).contains(&pitch_hz)
}

fn leak(crosstalk: &Crosstalk) -> Option<Finding> {
    let is_heard =
        crosstalk.level_db > threshold::CROSSTALK_DB && crosstalk.explained > threshold::CROSSTALK_EXPLAINED;
    is_heard.then_some(Finding {
        kind: FindingKind::Crosstalk,
        channel: Some(crosstalk.onto),
        value: crosstalk.level_db,
        threshold: threshold::CROSSTALK_DB,
    })
}

fn is_silent(facts: &ChannelFacts) -> bool {
    facts.loudest_dbfs < threshold::SILENT_DBFS
}

fn find_dead_channel(channels: &[ChannelFacts], findings: &mut Vec<Finding>) -> Option<usize> {
    if !channels.is_empty() && channels.iter().all(is_silent) {
        let value = channels.iter().map(|facts| facts.loudest_dbfs).fold(f64::MIN, f64::max);
        let threshold = threshold::SILENT_DBFS;
        findings.push(Finding { kind: FindingKind::Silent, channel: None, value, threshold });
        return None;
    }
    let [first, second] = channels else { return None };
    let dead = if is_silent(first) {
        0
    } else if is_silent(second) {
        1
    } else {
        return None;
    };
    findings.push(Finding {
        kind: FindingKind::DeadChannel,
        channel: Some(dead),
        value: channels[dead].loudest_dbfs,
        threshold: threshold::SILENT_DBFS,
    });
    Some(dead)
}

fn copies(pair: Option<&PairFacts>, threshold: f64) -> Option<Finding> {
    let pair = pair?;
    let value = pair.difference_db;
    (value < threshold && !pair.holds_second_side()).then_some(Finding {
        kind: FindingKind::DualMono,
        channel: None,
        value,
        threshold,
    })
}

/// The copies on which hum or a tone hides nobody. Only copies are compared a second time, and only
/// where something differs that somebody may have said.
fn confirmed(copies: Option<Finding>, is_one_voice: impl FnOnce() -> bool) -> Option<Finding> {
    copies.filter(|copies| copies.value < threshold::CERTAIN_COPY_DB || is_one_voice())
}

fn level_difference(channels: &[ChannelFacts]) -> Option<Finding> {
    let [first, second] = channels else { return None };
    let difference_db = first.active_dbfs? - second.active_dbfs?;
    (difference_db.abs() > threshold::LEVEL_DIFFERENCE_DB).then(|| Finding {
        kind: FindingKind::LevelDifference,
        channel: Some(usize::from(difference_db < 0.0)),
        value: difference_db.abs(),
        threshold: threshold::LEVEL_DIFFERENCE_DB,
    })
}
