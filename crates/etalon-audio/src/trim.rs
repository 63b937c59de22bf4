//! Samples that only belong to the codec: what fills its memory before the sound begins, and what
//! fills its last frame behind it. Left in, they would shift every time of the call.

use crate::Samples;

/// What of the samples to come is sound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trim {
    /// Samples per channel that are still to be left out.
    pub(crate) to_skip: usize,
    /// Samples of sound that then follow, where the encoder said how many there are.
    pub(crate) sound_left: Option<u64>,
}

impl Trim {
    /// Takes the sound out of the next samples, and gives what lies behind it.
    pub(crate) fn take(&mut self, planes: &mut [Samples]) -> Vec<Samples> {
        let length = planes.first().map_or(0, Samples::len);
        let skipped = self.to_skip.min(length);
        self.to_skip -= skipped;
        let rest = length - skipped;
        let sound = self.sound_left.map_or(rest, |left| left.min(rest as u64) as usize);
        if let Some(left) = &mut self.sound_left {
            *left -= sound as u64;
        }
        planes.iter_mut().map(|plane| plane.keep(skipped..skipped + sound)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_the_codec_is_taken_off_at_both_ends() {
        let mut trim = Trim { to_skip: 5, sound_left: Some(4) };
        let (mut sound, mut behind) = (Vec::new(), Vec::new());
        for start in [0, 3, 6, 9] {
            let mut planes = [Samples::I16((start..start + 3).collect())];
            behind.extend(trim.take(&mut planes)[0].as_i16().unwrap().to_vec());
            sound.extend(planes[0].as_i16().unwrap().to_vec());
        }
        assert_eq!((sound, behind), (vec![5, 6, 7, 8], vec![9, 10, 11]));
    }
}
