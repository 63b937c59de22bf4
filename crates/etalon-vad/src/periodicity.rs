use crate::kernels::correlate;
use etalon_simd::Backend;
use etalon_simd::reductions::{dot, highest};

/// Voices lie between these pitches, Hz.
const LOWEST_PITCH_HZ: f64 = 60.0;
const HIGHEST_PITCH_HZ: f64 = 400.0;
/// Length of the part that is compared with itself, seconds.
const WINDOW_S: f64 = 0.030;
/// Lags are measured in multiples of this, which is what the kernels do at once; those beyond the
/// last one are not used.
const LAGS_AT_ONCE: usize = 16;
/// Below this mean square there is nothing to compare (-100 dB relative to full scale).
const SILENT_POWER: f32 = 1e-10;

/// How periodic a stretch of sound is, and at which frequency.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Periodicity {
    /// Height of the highest peak of the normalised autocorrelation, 0 to 1.
    pub(crate) strength: f32,
    /// Its frequency, Hz; 0 where there is none.
    pub(crate) pitch_hz: f32,
}

/// Normalised autocorrelation over the range of voices.
pub(crate) struct PeriodicityMeter {
    rate_hz: f64,
    window: usize,
    lags: std::ops::RangeInclusive<usize>,
    correlation: Vec<f32>,
    energies: Vec<f32>,
    peaks: Vec<f32>,
    backend: Backend,
}

impl PeriodicityMeter {
    pub(crate) fn new(rate_hz: f64) -> Self {
        let lags = (rate_hz / HIGHEST_PITCH_HZ) as usize..=(rate_hz / LOWEST_PITCH_HZ) as usize;
        let measured = lags.clone().count().next_multiple_of(LAGS_AT_ONCE);
        Self {
            rate_hz,
            window: (rate_hz * WINDOW_S) as usize,
            correlation: vec![0.0; measured],
            energies: vec![0.0; measured],
            peaks: vec![0.0; lags.clone().count().saturating_sub(2)],
            lags,
            backend: Backend::in_use(),
        }
    }

    /// Samples that one measurement needs.
    pub(crate) fn length(&self) -> usize {
        self.window + self.lags.start() + self.correlation.len()
    }

    /// Measures `length()` samples.
    pub(crate) fn measure(&mut self, samples: &[f32]) -> Periodicity {
        measure(self.backend, self, samples)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
    fn measured(&mut self, samples: &[f32]) -> Periodicity {
        let head = &samples[..self.window];
        let energy = dot(head, head);
        if energy < SILENT_POWER * self.window as f32 {
            return Periodicity::default();
        }
        let first_lag = *self.lags.start();
        correlate(self.backend, head, &samples[first_lag..], &mut self.correlation);
        self.energies_of_lags(samples);
        for (value, shifted_energy) in self.correlation.iter_mut().zip(&self.energies) {
            *value /= (energy * shifted_energy.max(SILENT_POWER)).sqrt();
        }
        self.highest_peak()
    }

    /// The energy of the window at every lag, each from the one before.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
    fn energies_of_lags(&mut self, samples: &[f32]) {
        let first_lag = *self.lags.start();
        let first = &samples[first_lag..first_lag + self.window];
        let mut energy = dot(first, first);
        let passing = samples[first_lag..].iter().zip(&samples[first_lag + self.window..]);
        for (value, (leaving, entering)) in self.energies.iter_mut().zip(passing) {
            *value = energy;
            energy += entering * entering - leaving * leaving;
        }
    }

    /// The highest local maximum: a slope that only falls from lag 0 is not a period.
    #[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the loop from running in lanes")]
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
    fn highest_peak(&mut self) -> Periodicity {
        let lags = &self.correlation[..self.lags.clone().count()];
        let around = lags.iter().zip(&lags[1..]).zip(&lags[2..]);
        for (peak, ((before, here), after)) in self.peaks.iter_mut().zip(around) {
            *peak = if (here >= before) & (here > after) { *here } else { 0.0 };
        }
        let strength = highest(&self.peaks);
        if strength <= 0.0 {
            return Periodicity::default();
        }
        let index = self.peaks.iter().position(|&peak| peak >= strength).unwrap_or(0);
        let lag = self.lags.start() + index + 1;
        Periodicity { strength: strength.min(1.0), pitch_hz: (self.rate_hz / lag as f64) as f32 }
    }
}

etalon_simd::kernels! {
    fn measure(meter: &mut PeriodicityMeter, samples: &[f32]) -> Periodicity {
        meter.measured(samples)
    }
}
