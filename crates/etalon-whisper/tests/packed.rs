//! Weights that one process packs and others load where they lie.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod sample;

use bytes::Bytes;
use etalon_whisper::{CONTEXT_MIN_S, Model, Request, WhisperError, WindowText};
use sample::{RATE_HZ, signals};
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize};

/// What lines of weights begin at a multiple of, bytes.
const ALIGNMENT: usize = 64;

/// The packed weights of the embedded model.
fn packed() -> &'static [u8] {
    static PACKED: OnceLock<Vec<u8>> = OnceLock::new();
    PACKED.get_or_init(|| {
        let (embedded, mut packed) = (etalon_models::embedded(), Vec::new());
        Model::pack(embedded.name, embedded.bytes, &mut packed).unwrap();
        packed
    })
}

/// The bytes at an address that lies so far behind a multiple of 64.
fn at(offset: usize, bytes: &[u8]) -> Bytes {
    let mut room = vec![0; bytes.len() + 2 * ALIGNMENT];
    let start = room.as_ptr().align_offset(ALIGNMENT) + offset;
    room[start..start + bytes.len()].copy_from_slice(bytes);
    Bytes::from(room).slice(start..start + bytes.len())
}

/// The texts of the first twenty seconds of a sample call, each channel in windows of ten.
fn texts(model: &Model) -> Vec<WindowText> {
    let signals = signals("06-fast-talker.wav");
    let windows: Vec<&[f32]> =
        signals.iter().flat_map(|signal| signal.chunks(10 * RATE_HZ).take(2)).collect();
    let request = Request {
        languages: &["ru".to_owned()],
        prompt: &model.tokens_of("агентство Вектор"),
        beam_size: 2,
        context_s: CONTEXT_MIN_S,
        threads: &AtomicUsize::new(1),
        stop: &AtomicBool::new(false),
    };
    model.engine().transcribe(&windows, &request).unwrap()
}

#[test]
fn packed_weights_give_the_same_texts_to_the_bit() {
    let embedded = etalon_models::embedded();
    let own = texts(&Model::load(embedded.name, embedded.bytes).unwrap());
    let shared = Model::load_packed(embedded.name, &at(0, packed())).unwrap();
    assert!(own.iter().any(|text| !text.tokens.is_empty()));
    assert!(own == texts(&shared));
}

#[test]
fn what_was_not_packed_by_this_version_is_refused() {
    let check = |what: &str, packed: Bytes| {
        let refused = Model::load_packed("base", &packed).map(drop).unwrap_err();
        // A changed size may also be one that no kernel computes.
        let is_refused = matches!(refused, WhisperError::Damaged { .. } | WhisperError::Unsupported { .. });
        assert!(is_refused, "{what}: {refused}");
    };
    let whole = packed();
    check("at another address", at(4, whole));
    check("followed by something", at(0, &[whole, &[0; ALIGNMENT]].concat()));
    for length in [0, 1, 63, 64, 1000, whole.len() / 2, whole.len() - ALIGNMENT, whole.len() - 1] {
        check("cut", at(0, &whole[..length]));
    }
    // The packing's number, the length of the head, and the model's sizes.
    for place in [22, 24, 31, 64, 68, 72, 76, 80, 84, 100, 104] {
        for byte in [0, 1, 0xff] {
            let mut changed = whole[..whole.len() / 2].to_vec();
            changed[place] = byte;
            check("changed and cut", at(0, &changed));
        }
    }
}

#[test]
fn weights_that_cannot_be_packed_or_written_are_errors() {
    struct FullAfter(usize);
    impl io::Write for FullAfter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let model = etalon_models::embedded().bytes;
    let refused = |bytes: &[u8], room: usize| Model::pack("base", bytes, &mut FullAfter(room)).unwrap_err();
    for room in [0, 100, 10 << 20] {
        let refused = refused(model, room);
        assert!(matches!(refused, WhisperError::PackedWeights { .. }) && !refused.is_permanent());
    }
    let damaged = refused(&model[..model.len() - 1], usize::MAX);
    assert!(matches!(damaged, WhisperError::Damaged { .. }) && damaged.is_permanent());
}
