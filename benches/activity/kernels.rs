//! How fast the kernels are in each of their forms, against the scalar form and against the machine's memory.
//!
//!     cargo bench -p etalon-vad --bench kernels
//!
//! Every figure is the median of 9 interleaved rounds, so that a busy machine slows all forms alike. `x scalar` is the ratio of
//! the medians. The read bandwidth is that of summing a buffer too large for any cache in 64-bit words, in the widest form.

#![allow(clippy::print_stdout, missing_docs)]

use etalon_vad::kernels::{Backend, correlate, frames_i16, statistics_f32, statistics_i16};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 9;
const FRAME: usize = 160;
/// 128 KiB: inside the second-level cache.
const IN_CACHE: usize = 64 * 1024;
/// 256 MiB: far outside of every cache.
const IN_MEMORY: usize = 128 * 1024 * 1024;

fn main() {
    let in_cache = noise(IN_CACHE);
    let in_memory = noise(IN_MEMORY);
    let floats: Vec<f32> = in_cache.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();

    let mut rows = Vec::new();
    let mut frames = |samples: &[i16], length: usize, backend: Backend| {
        rows.clear();
        frames_i16(backend, black_box(samples), length, &mut rows);
        black_box(&rows);
    };
    report("integer features, frames of 160, in cache", in_cache.len(), 40, |backend| {
        frames(&in_cache, FRAME, backend);
    });
    report("integer features, frames of 80, in cache", in_cache.len(), 40, |backend| {
        frames(&in_cache, FRAME / 2, backend);
    });
    report("integer features, one pass, in cache", in_cache.len(), 40, |backend| {
        black_box(statistics_i16(backend, black_box(&in_cache)));
    });
    report("integer features, frames of 160, from memory", in_memory.len(), 1, |backend| {
        frames(&in_memory, FRAME, backend);
    });
    report("integer features, one pass, from memory", in_memory.len(), 1, |backend| {
        black_box(statistics_i16(backend, black_box(&in_memory)));
    });
    report("float features, frames of 160, in cache", floats.len(), 20, |backend| {
        for frame in floats.chunks_exact(FRAME) {
            black_box(statistics_f32(backend, black_box(frame)));
        }
    });
    let mut correlation = vec![0.0; 128];
    report("autocorrelation, 320 samples, 128 lags, every 80", floats.len(), 1, |backend| {
        for window in floats.windows(448).step_by(80) {
            correlate(backend, &window[..320], window, black_box(&mut correlation));
        }
    });
    let seconds = median((0..ROUNDS).map(|_| timed(|| read(&in_memory))).collect());
    println!(
        "{:<50} {:>9} {:>8.1} GB/s",
        "read bandwidth of the machine",
        "",
        2.0 * IN_MEMORY as f64 / seconds / 1e9
    );
}

fn report(name: &str, samples: usize, repeats: usize, mut run: impl FnMut(Backend)) {
    let backends: Vec<Backend> = Backend::available().collect();
    let mut seconds = vec![Vec::new(); backends.len()];
    for _ in 0..ROUNDS {
        for (seconds, &backend) in seconds.iter_mut().zip(&backends) {
            seconds.push(timed(|| (0..repeats).for_each(|_| run(backend))) / repeats as f64);
        }
    }
    let medians: Vec<f64> = seconds.into_iter().map(median).collect();
    for (backend, seconds) in backends.iter().zip(&medians) {
        println!(
            "{name:<50} {:>9} {:>8.1} GB/s {:>8.2} Gsample/s {:>6.1} x scalar {:>9.0} x real time at 8 kHz",
            backend.name(),
            2.0 * samples as f64 / seconds / 1e9,
            samples as f64 / seconds / 1e9,
            medians[0] / seconds,
            samples as f64 / 8_000.0 / seconds
        );
    }
}

fn timed(run: impl FnOnce()) -> f64 {
    let started = Instant::now();
    run();
    started.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Reads everything once and does as little as possible with it.
fn read(samples: &[i16]) {
    let mut peaks = [0_i16; 256];
    for block in black_box(samples).chunks_exact(peaks.len()) {
        for (peak, sample) in peaks.iter_mut().zip(block) {
            *peak |= sample;
        }
    }
    black_box(peaks);
}

fn noise(length: usize) -> Vec<i16> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 50) as i16 - 8_192
        })
        .collect()
}
