//! What is wrong with a transcript from elsewhere, in words.

use etalon_call::Defect;
use etalon_transcripts::{ClockDifference, SegmentsOfBothSides};

/// Segments without a usable time.
pub(super) fn unreadable(segments: u32, read: usize) -> Option<Defect> {
    (segments > 0).then(|| {
        let detail = format!(
            "{segments} segments of the transcript have no time, an impossible one, or can't be read; they were left out and the other {read} were used"
        );
        Defect::new("transcript_segments_unreadable", detail)
    })
}

/// A clock that is not that of the recording.
pub(super) fn clock(difference: ClockDifference) -> Defect {
    let detail = match difference {
        ClockDifference::Unit(unit) => format!(
            "the times of the transcript fit the speech as {unit}, not as seconds; they were read as {unit}"
        ),
        ClockDifference::Shift(ahead_s) => {
            let (amount_s, direction) = if ahead_s > 0.0 { (ahead_s, "late") } else { (-ahead_s, "early") };
            format!(
                "the times of the transcript are {amount_s:.1} s too {direction} for the speech that is heard; they were moved by that"
            )
        }
        ClockDifference::Unexplained(heard) => format!(
            "only {:.0} % of the transcript's speech lies where somebody speaks; words elsewhere were dropped; check that it belongs to this recording and counts seconds from its start",
            100.0 * heard
        ),
    };
    Defect::new("transcript_clock_differs", detail)
}

/// Segments with several turns of both sides.
pub(super) fn both_sides(found: SegmentsOfBothSides) -> Option<Defect> {
    (found.segments > 0).then(|| {
        let detail = format!(
            "{} segments of the transcript hold several turns of both sides and say neither who speaks nor when each word was said; their {} words were given to nobody; transcribe with word times or with speakers",
            found.segments, found.words
        );
        Defect::new("transcript_segments_of_both_sides", detail)
    })
}

/// Names that the signal contradicts.
pub(super) fn contradicted_names(names: u32) -> Option<Defect> {
    (names > 0).then(|| {
        let detail = format!(
            "{names} speakers of the transcript speak while the other side's channel is active; their words were put there and the told layout was kept"
        );
        Defect::new("transcript_speakers_swapped", detail)
    })
}
