//! Measures the engine on recordings: `cargo run --release -p etalon-whisper --example measure --
//! samples/*.wav`.
//!
//! Prints the speed of the two matrix products in every form. For one window and for eight at once,
//! greedily and with a beam, prints the encoder's time for each window and the decoder's for each
//! token. Times are processor times where the system gives them (Linux), so that load hardly
//! changes them. `--text` prints the transcripts.

use etalon_audio::{Limits, SpeechResampler, read};
use etalon_whisper::speed::{self, processor_s};
use etalon_whisper::{Backend, CONTEXT_MIN_S, Model, Request};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Instant;

const RATE_HZ: usize = 16_000;

#[expect(clippy::print_stdout, reason = "an example shows what it finds")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let with_text = arguments.iter().any(|argument| argument == "--text");
    arguments.retain(|argument| argument != "--text");
    println!("form         8 bit Gop/s  bf16 Gop/s");
    for backend in Backend::available() {
        let speeds = speed::products(backend, 480);
        println!("{:11} {:12.0} {:11.0}", backend.name(), speeds.bytes, speeds.wide);
    }

    let mut windows: Vec<Vec<f32>> = Vec::new();
    for path in arguments {
        let recording = read(&PathBuf::from(path), &Limits::default())?.recording;
        let mut resampler = SpeechResampler::new(recording.rate_hz)?;
        for channel in &recording.channels {
            let signal = resampler.resample(&channel.to_f32());
            windows.extend(signal.chunks(30 * RATE_HZ).map(<[f32]>::to_vec));
        }
    }
    let embedded = etalon_models::embedded();
    let model = Model::load(embedded.name, embedded.bytes)?;
    let windows: Vec<&[f32]> = windows.iter().map(Vec::as_slice).collect();
    let stop = AtomicBool::new(false);
    println!("\nform     batch beam windows  encoder ms/30 s  decoder ms/token  alignment ms/window");
    for (together, beam_size) in [(1, 1), (8, 1), (8, 5)] {
        let request = Request {
            languages: &["ru".to_owned()],
            prompt: &[],
            beam_size,
            context_s: CONTEXT_MIN_S,
            threads: &AtomicUsize::new(1),
            stop: &stop,
        };
        let mut engine = model.engine();
        let mut audio_s = 0.0;
        let (since, processor_since_s) = (Instant::now(), processor_s());
        for windows in windows.chunks(together) {
            audio_s += windows.iter().map(|window| window.len()).sum::<usize>() as f64 / RATE_HZ as f64;
            for text in engine.transcribe(windows, &request)? {
                if with_text && together == 1 {
                    let bytes: Vec<u8> = text.tokens.iter().flat_map(|token| token.bytes.clone()).collect();
                    println!("{:.3} {}", text.mean_log_probability, String::from_utf8_lossy(&bytes));
                }
            }
        }
        let timing = engine.timing();
        let share = processor_s()
            .zip(processor_since_s)
            .map_or(1.0, |(now, then)| (now - then) / since.elapsed().as_secs_f64());
        println!(
            "{:8} {together:5} {beam_size:4} {:7} {:16.0} {:17.2} {:20.1}",
            model.backend().name(),
            timing.windows,
            share * timing.encoding_s * 1e3 / audio_s * 30.0,
            share * timing.decoding_s * 1e3 / timing.tokens as f64,
            share * timing.alignment_s * 1e3 / timing.windows as f64,
        );
    }
    Ok(())
}
