use etalon_call::Defect;

/// Floating-point samples that could not stay as they were.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Scrubbed {
    not_finite: u64,
    out_of_range: u64,
}

impl Scrubbed {
    /// Makes what is not finite silent, clips the rest to full scale, and counts both.
    pub(crate) fn scrub(&mut self, samples: &mut [f32]) {
        if samples.iter().all(|sample| sample.abs() <= 1.0) {
            return;
        }
        for sample in samples {
            if !sample.is_finite() {
                self.not_finite += 1;
                *sample = 0.0;
            } else if sample.abs() > 1.0 {
                self.out_of_range += 1;
                *sample = sample.clamp(-1.0, 1.0);
            }
        }
    }

    pub(crate) fn report(self, defects: &mut Vec<Defect>) {
        if self.not_finite > 0 {
            defects.push(Defect::new(
                "samples_not_finite",
                format!("{} samples are no finite numbers; set to zero", self.not_finite),
            ));
        }
        if self.out_of_range > 0 {
            defects.push(Defect::new(
                "samples_out_of_range",
                format!("{} samples lie beyond full scale; clipped", self.out_of_range),
            ));
        }
    }
}
