use crate::kernels::{Backend, correlate};

/// Voices lie between these pitches, Hz.
const LOWEST_PITCH_HZ: f64 = 60.0;
const HIGHEST_PITCH_HZ: f64 = 400.0;
/// Length of the part that is compared with itself, seconds.
const WINDOW_S: f64 = 0.030;
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
    backend: Backend,
}

impl PeriodicityMeter {
    pub(crate) fn new(rate_hz: f64) -> Self {
        let lags = (rate_hz / HIGHEST_PITCH_HZ) as usize..=(rate_hz / LOWEST_PITCH_HZ) as usize;
        Self {
            rate_hz,
            window: (rate_hz * WINDOW_S) as usize,
            correlation: vec![0.0; lags.clone().count()],
            lags,
            backend: Backend::in_use(),
        }
    }

    /// Samples that one measurement needs.
    pub(crate) fn length(&self) -> usize {
        self.window + self.lags.end()
    }

    /// Measures `length()` samples.
    pub(crate) fn measure(&mut self, samples: &[f32]) -> Periodicity {
        let head = &samples[..self.window];
        let energy = dot(head, head);
        if energy < SILENT_POWER * self.window as f32 {
            return Periodicity::default();
        }
        let first_lag = *self.lags.start();
        correlate(self.backend, head, &samples[first_lag..], &mut self.correlation);
        let shifted = &samples[first_lag..first_lag + self.window];
        let mut shifted_energy = dot(shifted, shifted);
        for (value, lag) in self.correlation.iter_mut().zip(self.lags.clone()) {
            *value /= (energy * shifted_energy.max(SILENT_POWER)).sqrt();
            if lag < *self.lags.end() {
                let (leaving, entering) = (samples[lag], samples[lag + self.window]);
                shifted_energy = (shifted_energy + entering * entering - leaving * leaving).max(0.0);
            }
        }
        self.highest_peak()
    }

    /// The highest local maximum: a slope that only falls from lag 0 is not a period.
    fn highest_peak(&self) -> Periodicity {
        let (index, strength) = self
            .correlation
            .windows(3)
            .enumerate()
            .filter(|(_, around)| around[1] >= around[0] && around[1] > around[2])
            .map(|(index, around)| (index + 1, around[1]))
            .fold((0, 0.0_f32), |best, peak| if peak.1 > best.1 { peak } else { best });
        if strength <= 0.0 {
            return Periodicity::default();
        }
        let lag = self.lags.start() + index;
        Periodicity { strength: strength.min(1.0), pitch_hz: (self.rate_hz / lag as f64) as f32 }
    }
}

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}
