/// Samples of one part; a power of two, as is the number of parts.
const PART: usize = 1 << 16;
/// Parts that are kept at most: 2^22 samples, at 8 kHz nearly nine minutes.
const MOST_PARTS: usize = 64;

/// What is kept of one channel for measures that need samples out of their order: all of a
/// recording of up to 2^22 samples, and of a longer one parts of 2^16 samples, evenly spread over
/// it. Which ones depends on nothing but their place: every second, every fourth, and so on, as the
/// recording goes on.
#[derive(Debug, Clone)]
pub(super) struct Excerpt {
    samples: Vec<f32>,
    /// Samples of the channel so far.
    heard: usize,
    /// One part of so many is kept.
    stride: usize,
}

impl Excerpt {
    pub(super) fn new() -> Self {
        Self { samples: Vec::new(), heard: 0, stride: 1 }
    }

    /// Takes the samples that follow the ones before.
    pub(super) fn push(&mut self, samples: &[f32]) {
        let mut rest = samples;
        while !rest.is_empty() {
            let (part, inside) = (self.heard / PART, self.heard % PART);
            let (now, later) = rest.split_at(rest.len().min(PART - inside));
            if part.is_multiple_of(self.stride) {
                if self.samples.len() == MOST_PARTS * PART {
                    self.thin();
                }
                // The part at hand comes at a multiple of the doubled stride too, because the parts
                // are a power of two.
                self.samples.extend_from_slice(now);
            }
            self.heard += now.len();
            rest = later;
        }
    }

    /// The kept samples, one after the other.
    pub(super) fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Leaves out every second part.
    fn thin(&mut self) {
        for part in 1..MOST_PARTS / 2 {
            self.samples.copy_within(2 * part * PART..(2 * part + 1) * PART, part * PART);
        }
        self.samples.truncate(MOST_PARTS / 2 * PART);
        self.stride *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts that are kept of a recording of so many.
    fn kept(parts: usize, block: usize) -> Vec<usize> {
        let mut excerpt = Excerpt::new();
        let samples: Vec<f32> = (0..parts).flat_map(|part| std::iter::repeat_n(part as f32, PART)).collect();
        samples.chunks(block).for_each(|block| excerpt.push(block));
        assert!(excerpt.samples().len() <= MOST_PARTS * PART);
        excerpt.samples().chunks(PART).map(|part| part[0] as usize).collect()
    }

    #[test]
    fn a_long_recording_is_kept_in_parts_evenly_spread() {
        for block in [4_096, 100_003, usize::MAX] {
            assert_eq!(kept(64, block), (0..64).collect::<Vec<_>>());
            assert_eq!(kept(65, block), (0..=64).step_by(2).collect::<Vec<_>>());
            assert_eq!(kept(127, block), (0..127).step_by(2).collect::<Vec<_>>());
            assert_eq!(kept(260, block), (0..260).step_by(8).collect::<Vec<_>>());
        }
    }
}
