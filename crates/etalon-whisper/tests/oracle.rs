//! Compares the engine with whisper.cpp: nearly the same text for the same model and windows.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod sample;

use etalon_whisper::{CONTEXT_MIN_S, Model, Request, WhisperError, WindowText};
use sample::{RATE_HZ, signals};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters};

static ONE_THREAD: AtomicUsize = AtomicUsize::new(1);

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let embedded = etalon_models::embedded();
        Model::load(embedded.name, embedded.bytes).unwrap()
    })
}

/// Both channels of a sample call in windows of `seconds` seconds.
fn windows(sample: &str, seconds: usize) -> Vec<Vec<f32>> {
    let of_channel =
        |signal: Vec<f32>| signal.chunks(seconds * RATE_HZ).map(<[f32]>::to_vec).collect::<Vec<_>>();
    signals(sample).into_iter().flat_map(of_channel).collect()
}

fn transcribe(windows: &[Vec<f32>], languages: &[&str], prompt: &str) -> Vec<WindowText> {
    transcribe_with_beam(5, windows, languages, prompt)
}

fn transcribe_with_beam(
    beam_size: usize,
    windows: &[Vec<f32>],
    languages: &[&str],
    prompt: &str,
) -> Vec<WindowText> {
    transcribe_on(&ONE_THREAD, beam_size, windows, languages, prompt)
}

fn transcribe_on(
    threads: &AtomicUsize,
    beam_size: usize,
    windows: &[Vec<f32>],
    languages: &[&str],
    prompt: &str,
) -> Vec<WindowText> {
    let windows: Vec<&[f32]> = windows.iter().map(Vec::as_slice).collect();
    let languages: Vec<String> = languages.iter().map(ToString::to_string).collect();
    let (stop, prompt) = (AtomicBool::new(false), model().tokens_of(prompt));
    let request = Request {
        languages: &languages,
        prompt: &prompt,
        beam_size,
        context_s: CONTEXT_MIN_S,
        threads,
        stop: &stop,
    };
    model().engine().transcribe(&windows, &request).unwrap()
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn words_of(text: &WindowText) -> Vec<String> {
    let bytes: Vec<u8> = text.tokens.iter().flat_map(|token| token.bytes.iter().copied()).collect();
    words(&String::from_utf8_lossy(&bytes))
}

/// The words of whisper.cpp for a window with the same settings.
fn words_of_oracle(context: &WhisperContext, window: &[f32]) -> Vec<String> {
    let mut parameters = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    parameters.set_language(Some("ru"));
    parameters.set_n_threads(1);
    parameters.set_temperature_inc(0.0);
    parameters.set_no_context(true);
    parameters.set_no_timestamps(true);
    parameters.set_single_segment(true);
    parameters.set_suppress_nst(true);
    parameters.set_print_progress(false);
    let mut state = context.create_state().unwrap();
    state.full(parameters, window).unwrap();
    let text: String = state.as_iter().map(|segment| segment.to_str_lossy().unwrap().into_owned()).collect();
    words(&text)
}

/// Word edit distance (Levenshtein).
fn distance(left: &[String], right: &[String]) -> usize {
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, word) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let changed = above[column] + usize::from(word != other);
            current.push(changed.min(above[column + 1] + 1).min(current[column] + 1));
        }
        above = current;
    }
    above[right.len()]
}

#[test]
fn the_text_is_nearly_that_of_whisper_cpp() {
    whisper_rs::install_logging_hooks();
    let embedded = etalon_models::embedded();
    let context =
        WhisperContext::new_from_buffer_with_params(embedded.bytes, WhisperContextParameters::default())
            .unwrap();
    let windows = windows("02-rude-collector.wav", 25);
    let (mut differing, mut all) = (0, 0);
    for (text, window) in transcribe_with_beam(1, &windows, &["ru"], "").iter().zip(&windows) {
        let expected = words_of_oracle(&context, window);
        differing += distance(&words_of(text), &expected);
        all += expected.len();
    }
    assert!(all > 20, "whisper.cpp heard {all} words");
    // Eight bits instead of five and a shorter context change a few words.
    assert!(differing * 100 <= all * 15, "{differing} of {all} words differ");
}

#[test]
fn a_window_has_the_same_text_whatever_it_is_decoded_with() {
    let windows = windows("04-silent-hold.wav", 7);
    let together = transcribe(&windows, &["ru", "en", "kk"], "");
    for (window, expected) in windows.iter().zip(&together).step_by(3) {
        let alone = transcribe(std::slice::from_ref(window), &["ru", "en", "kk"], "");
        assert!(alone[0] == *expected, "{}", words_of(expected).join(" "));
    }
    // Some threads get more windows than others, and with a hundred some get none.
    for threads in [0, 2, 3, 100] {
        let found = transcribe_on(&AtomicUsize::new(threads), 5, &windows, &["ru", "en", "kk"], "");
        assert!(together == found, "{threads}");
    }
}

#[test]
fn threads_that_are_granted_while_windows_wait_change_no_text() {
    let windows = windows("04-silent-hold.wav", 3);
    let alone = transcribe(&windows, &["ru"], "");
    let threads = AtomicUsize::new(1);
    let together = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            threads.store(3, Ordering::Relaxed);
        });
        transcribe_on(&threads, 5, &windows, &["ru"], "")
    });
    assert!(together == alone);
}

#[test]
fn tokens_have_times_in_order_and_probabilities() {
    let windows = windows("05-busy-client.wav", 20);
    for (text, window) in transcribe(&windows, &["ru"], "").iter().zip(&windows) {
        let end_s = window.len() as f64 / RATE_HZ as f64;
        let mut previous_s = 0.0;
        for token in &text.tokens {
            assert!(token.start_s >= previous_s && token.end_s >= token.start_s && token.end_s <= end_s);
            assert!(token.probability > 0.0 && token.probability <= 1.0);
            previous_s = token.start_s;
        }
        assert!(text.mean_log_probability <= 0.0 && text.mean_log_probability.is_finite());
        assert!((0.0..=1.0).contains(&text.no_speech_probability));
        assert_eq!((text.language.as_str(), text.language_probability), ("ru", 1.0));
    }
}

#[test]
fn the_language_is_one_of_those_that_were_asked_for() {
    let windows = windows("01-proper-hold.wav", 30);
    let texts = transcribe(&windows[..1], &["kk", "en", "ru"], "");
    assert_eq!(texts[0].language, "ru");
    assert!(texts[0].language_probability > 0.5 && texts[0].language_probability <= 1.0);
}

#[test]
fn a_prompt_is_no_part_of_the_text() {
    let windows = windows("01-proper-hold.wav", 10);
    let prompt = " Банк «Синица». Зачисление, обслуживание.";
    let text = words_of(&transcribe(&windows[..1], &["ru"], prompt)[0]);
    assert!(text.len() > 5 && text.len() < 40, "{text:?}");
    // A prompt of any length is accepted.
    let long = prompt.repeat(100);
    assert!(!words_of(&transcribe(&windows[..1], &["ru"], &long)[0]).is_empty());
}

#[test]
fn odd_windows_and_requests_are_answered() {
    let texts = transcribe(&[vec![], vec![0.0; 10], vec![f32::NAN; 4_000], vec![1e30; 16_000]], &["ru"], "");
    assert_eq!(texts.len(), 4);
    let mut engine = model().engine();
    let (go, stop) = (AtomicBool::new(false), AtomicBool::new(true));
    let request = |languages, stop| Request {
        languages,
        prompt: &[],
        beam_size: 5,
        context_s: CONTEXT_MIN_S,
        threads: &ONE_THREAD,
        stop,
    };
    let russian = ["ru".to_owned()];
    let unknown = ["xx".to_owned()];
    let window = [0.1; 1_600];
    assert!(engine.transcribe(&[], &request(&russian, &go)).unwrap().is_empty());
    let outcome = |engine: &mut etalon_whisper::Engine, window: &[f32], request: &Request<'_>| {
        engine.transcribe(&[window], request).err()
    };
    let found = outcome(&mut engine, &window, &request(&russian, &stop));
    assert_eq!(found, Some(WhisperError::Stopped));
    let found = outcome(&mut engine, &window, &request(&unknown, &go));
    assert_eq!(found, Some(WhisperError::Language { code: "xx".to_owned() }));
    let long = vec![0.0; 31 * RATE_HZ];
    let found = outcome(&mut engine, &long, &request(&russian, &go));
    assert!(matches!(found, Some(WhisperError::WindowTooLong { .. })));
    assert!(model().knows_language("kk") && !model().knows_language("xx"));
}

#[test]
fn a_short_clip_is_written_once_as_whisper_cpp_writes_it() {
    whisper_rs::install_logging_hooks();
    let embedded = etalon_models::embedded();
    let context =
        WhisperContext::new_from_buffer_with_params(embedded.bytes, WhisperContextParameters::default())
            .unwrap();
    let loud = |clip: &Vec<f32>| clip.iter().map(|sample| sample * sample).sum::<f32>() > 40.0;
    let clips: Vec<Vec<f32>> = windows("05-busy-client.wav", 2).into_iter().filter(loud).take(10).collect();
    let (mut differing, mut all) = (0, 0);
    for (text, clip) in transcribe_with_beam(1, &clips, &["ru"], "").iter().zip(&clips) {
        let (found, expected) = (words_of(text), words_of_oracle(&context, clip));
        assert!(found.len() <= expected.len() + 2, "{found:?}, {expected:?}");
        differing += distance(&found, &expected);
        all += expected.len();
    }
    assert!(all > 20, "whisper.cpp heard {all} words");
    // Clips of 2 s cut words apart, and the engines guess differently at fragments.
    assert!(differing * 100 <= all * 25, "{differing} of {all} words differ");
}
