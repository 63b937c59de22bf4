//! The frame without sound that encoders put first: how many frames follow, and how many samples at
//! the start and at the end only belong to the codec (<http://gabriel.mp3-tech.org/mp3infotag.html>).

use super::FrameHeader;

/// Samples by which every decoder delays the sound.
pub(super) const DECODER_DELAY: usize = 529;
/// Samples by which LAME delays the sound; other encoders differ by little.
pub(super) const USUAL_ENCODER_DELAY: usize = 576;
/// Samples before the sound where nothing tells them.
pub(crate) const USUAL_DELAY: usize = USUAL_ENCODER_DELAY + DECODER_DELAY;

/// What the frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Info {
    /// Frames that follow.
    pub(super) frames: Option<u64>,
    /// Samples before the sound, the decoder's own delay among them.
    pub(super) delay: usize,
    /// Samples behind the sound up to the end of the last frame.
    pub(super) padding: usize,
    /// Whether the frame itself tells both, so that every decoder takes off the same.
    pub(super) is_told: bool,
}

impl Info {
    /// The contents of a frame that is none of sound; none for an ordinary frame.
    pub(super) fn parse(header: FrameHeader, frame: &[u8]) -> Option<Self> {
        let (start, length) = header.side_information();
        if frame.get(start..start + length)?.iter().any(|&byte| byte != 0) {
            return None;
        }
        // A checksum is not counted in the place of this tag.
        let tag = [4 + length, start + length].into_iter().find_map(|place| {
            let tag = frame.get(place..)?;
            (tag.starts_with(b"Xing") || tag.starts_with(b"Info")).then_some(tag)
        });
        tag.map(Self::of_xing).or_else(|| Self::of_vbri(frame.get(36..)?))
    }

    fn of_xing(tag: &[u8]) -> Self {
        let word = |place: usize| {
            tag.get(place..).and_then(<[u8]>::first_chunk::<4>).map(|bytes| u32::from_be_bytes(*bytes))
        };
        let flags = word(4).unwrap_or(0);
        let has = |bit: u32| flags & bit != 0;
        let frames = if has(1) { word(8) } else { None };
        let extension = 8
            + 4 * usize::from(has(1))
            + 4 * usize::from(has(2))
            + 100 * usize::from(has(4))
            + 4 * usize::from(has(8));
        let trim = tag.get(extension..).and_then(|lame| {
            let is_known = [b"LAME", b"Lavf", b"Lavc"].iter().any(|name| lame.starts_with(*name));
            lame.get(21..24).filter(|_| is_known)
        });
        let frames = frames.map(u64::from);
        match trim {
            Some(&[high, both, low]) => {
                let delay = usize::from(high) << 4 | usize::from(both >> 4);
                let padding = usize::from(both & 0x0f) << 8 | usize::from(low);
                Self {
                    frames,
                    delay: delay + DECODER_DELAY,
                    padding: padding.saturating_sub(DECODER_DELAY),
                    is_told: true,
                }
            }
            _ => Self { frames, ..Self::usual() },
        }
    }

    fn of_vbri(tag: &[u8]) -> Option<Self> {
        let frames = tag.strip_prefix(b"VBRI")?.get(10..14)?.first_chunk::<4>()?;
        Some(Self { frames: Some(u32::from_be_bytes(*frames).into()), ..Self::usual() })
    }

    /// What holds where a stream was cut out of another.
    pub(super) fn none() -> Self {
        Self { frames: None, delay: 0, padding: 0, is_told: false }
    }

    /// What holds for most streams that say nothing of it.
    pub(super) fn usual() -> Self {
        Self { frames: None, delay: USUAL_DELAY, padding: 0, is_told: false }
    }
}
