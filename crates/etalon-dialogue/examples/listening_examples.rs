//! Makes an audio example of every class of overlap, of holds and of shouting from the samples.
//!
//!     cargo run --release -p etalon-dialogue --example listening_examples -- samples FOLDER
//!
//! writes `FOLDER/<name>.wav` (agent left, client right) and prints what is found in it;
//! `docs/dialogue.md` describes them. `cargo test -p etalon-dialogue --example listening_examples`
//! checks that it is what the name says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "../../etalon-vad/examples/support/mod.rs"]
#[allow(dead_code)]
mod support;

use etalon_call::{Event, EventKind, OverlapClass, Role, Word};
use etalon_dialogue::{DialogueSettings, SpeakerTrack, measure};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use std::path::Path;

const RATE_HZ: u32 = 8_000;
const AGENT: usize = 0;
const CLIENT: usize = 1;

/// A stretch of speech from a sample, moved to another time.
struct Piece {
    call: &'static str,
    channel: usize,
    from_s: f64,
    until_s: f64,
    at_s: f64,
    text: &'static str,
}

struct Example {
    name: &'static str,
    pieces: &'static [Piece],
    gain_db: f64,
    expected: &'static [&'static str],
}

const fn piece(
    call: &'static str,
    channel: usize,
    (from_s, until_s): (f64, f64),
    at_s: f64,
    text: &'static str,
) -> Piece {
    Piece { call, channel, from_s, until_s, at_s, text }
}

const REFUND: Piece = piece(
    "01-proper-hold",
    AGENT,
    (25.755, 30.95),
    0.5,
    "Спасибо, что подождали. Плату сняли по ошибке, деньги вернём сегодня вечером.",
);
const IN_HOSPITAL: Piece =
    piece("02-rude-collector", CLIENT, (3.69, 6.83), 0.5, "Понимаете, у меня жена в больнице, и я сейчас");
const TOMORROW: Piece =
    piece("05-busy-client", CLIENT, (16.53, 18.935), 0.5, "На этот же номер, завтра в десять утра.");
const CALM: Piece =
    piece("02-rude-collector", AGENT, (0.5, 3.19), 0.5, "Так, Игорь Павлович, вы когда деньги вернёте?");
const RUDE: Piece =
    piece("02-rude-collector", AGENT, (6.13, 8.825), 4.0, "Меня это не волнует! Надо было раньше думать.");
const SHOUT: Piece = piece(
    "02-rude-collector",
    AGENT,
    (11.225, 15.35),
    8.0,
    "Хватит мне врать! Платите всё, иначе мы приедем к вам домой!",
);
const COUNT_YOURSELF: Piece = piece(
    "02-rude-collector",
    AGENT,
    (19.04, 22.63),
    13.0,
    "Сами посчитаете, не маленький. Всё, до свидания!",
);
const WAIT: Piece = piece(
    "01-proper-hold",
    AGENT,
    (13.71, 19.445),
    0.5,
    "Извините, мне нужно проверить начисления, это займёт минуту. Вы сможете подождать?",
);

const EXAMPLES: &[Example] = &[
    example(
        "backchannel",
        &[REFUND, piece("01-proper-hold", CLIENT, (28.755, 29.19), 3.5, "Ага.")],
        &["backchannel by client"],
    ),
    example(
        "terminal",
        &[
            piece(
                "04-silent-hold",
                AGENT,
                (20.215, 23.46),
                0.5,
                "Вместе с неустойкой осталось двенадцать тысяч рублей.",
            ),
            piece("04-silent-hold", CLIENT, (23.28, 24.79), 3.56, "А можно платить частями?"),
        ],
        &["terminal by client"],
    ),
    example(
        "collaborative_agreement",
        &[REFUND, piece("01-proper-hold", CLIENT, (31.4, 32.695), 5.1, "Отлично, благодарю.")],
        &["collaborative by client"],
    ),
    example(
        "collaborative_read_back",
        &[TOMORROW, piece("05-busy-client", AGENT, (20.65, 21.97), 2.3, "завтра в десять часов?")],
        &["collaborative by agent"],
    ),
    example(
        "attempt",
        &[REFUND, piece("04-silent-hold", CLIENT, (23.28, 24.79), 2.5, "А можно платить частями?")],
        &["attempt by client"],
    ),
    example(
        "floor_taken",
        &[
            IN_HOSPITAL,
            piece(
                "02-rude-collector",
                AGENT,
                (6.13, 8.825),
                2.94,
                "Меня это не волнует! Надо было раньше думать.",
            ),
        ],
        &["floor_taken by agent"],
    ),
    example(
        "floor_taken_without_overlap",
        &[
            piece("05-busy-client", AGENT, (3.025, 5.855), 0.5, "меня зовут Максим Орлов. Я звоню вам по"),
            piece("05-busy-client", CLIENT, (5.305, 8.055), 3.4, "Я сейчас за рулём, не могу говорить."),
        ],
        &["floor_taken by client"],
    ),
    example(
        "hold_announced",
        &[
            WAIT,
            piece("01-proper-hold", CLIENT, (19.845, 20.755), 6.6, "Да, подожду."),
            Piece { at_s: 14.5, ..REFUND },
            piece("01-proper-hold", CLIENT, (31.4, 32.695), 20.2, "Отлично, благодарю."),
        ],
        &["silence", "hold announced"],
    ),
    example(
        "hold_not_announced",
        &[
            piece(
                "04-silent-hold",
                AGENT,
                (0.5, 6.08),
                0.5,
                "Доброе утро! Агентство «Белый парус», меня зовут Павел Соколов. Это Марина Петровна?",
            ),
            piece("04-silent-hold", CLIENT, (6.48, 9.915), 6.5, "Да, это я. Скажите, сколько я ещё должна?"),
            piece(
                "04-silent-hold",
                AGENT,
                (20.215, 23.46),
                21.0,
                "Вместе с неустойкой осталось двенадцать тысяч рублей.",
            ),
        ],
        &["silence", "hold not announced"],
    ),
    // The client is not on the recording, so the silence may be the client's speech.
    example("no_hold_one_sided", &[WAIT, Piece { at_s: 20.0, ..REFUND }], &["silence"]),
    example("shouting", &[CALM, RUDE, SHOUT, COUNT_YOURSELF], &["shouting by agent"]),
    // The same recording, 24 dB quieter, which is no shouting.
    Example {
        name: "no_shouting_quiet",
        pieces: &[CALM, RUDE, SHOUT, COUNT_YOURSELF],
        gain_db: -24.0,
        expected: &[],
    },
];

const fn example(name: &'static str, pieces: &'static [Piece], expected: &'static [&'static str]) -> Example {
    Example { name, pieces, gain_db: 0.0, expected }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [samples, folder] = arguments.as_slice() else {
        panic!("the folder of the samples and one to write to")
    };
    std::fs::create_dir_all(folder).expect("the folder can be made");
    for example in EXAMPLES {
        let channels = example.channels(samples.as_ref());
        std::fs::write(Path::new(folder).join(format!("{}.wav", example.name)), wav(&channels))
            .expect("the file can be written");
        let found = example.found(&channels);
        let remark = if found == example.expected { "" } else { " (not what the name says)" };
        println!("{:<28} {}{remark}", example.name, found.join(", "));
    }
}

impl Example {
    /// The pieces, with silence between them.
    fn channels(&self, samples: &Path) -> [Vec<i16>; 2] {
        let place = |seconds: f64| (seconds * f64::from(RATE_HZ)) as usize;
        let end_s =
            self.pieces.iter().map(|piece| piece.at_s + piece.until_s - piece.from_s).fold(0.0, f64::max);
        let mut channels = [vec![0; place(end_s + 0.5)], vec![0; place(end_s + 0.5)]];
        let gain = 10_f64.powf(self.gain_db / 20.0);
        for piece in self.pieces {
            let bytes =
                std::fs::read(samples.join(format!("{}.wav", piece.call))).expect("a sample can be read");
            let (recording, _) = support::decode(&bytes);
            let said = &recording[piece.channel][place(piece.from_s)..place(piece.until_s)];
            for (target, &sample) in channels[piece.channel][place(piece.at_s)..].iter_mut().zip(said) {
                *target = (f64::from(sample) * gain) as i16;
            }
        }
        channels
    }

    /// The events of the dialogue, without farewells.
    fn found(&self, channels: &[Vec<i16>; 2]) -> Vec<String> {
        let samples: Vec<_> = channels.iter().map(|samples| ChannelSamples::I16(samples)).collect();
        let analyses = analyse(&samples, RATE_HZ, &ActivitySettings::default());
        let words = [AGENT, CLIENT].map(|channel| self.words(channel));
        let tracks: Vec<SpeakerTrack<'_>> = [Role::Agent, Role::Client]
            .into_iter()
            .enumerate()
            .map(|(channel, role)| SpeakerTrack {
                role,
                name: role.name(),
                channel,
                analysis: &analyses[channel],
                words: Some(&words[channel]),
                language: "ru",
            })
            .collect();
        let duration_s = channels[0].len() as f64 / f64::from(RATE_HZ);
        let dialogue = measure(&tracks, duration_s, &DialogueSettings::default());
        dialogue.events.iter().filter_map(shown).collect()
    }

    /// The words of a channel; each takes time in proportion to its letters.
    fn words(&self, channel: usize) -> Vec<Word> {
        let mut words = Vec::new();
        for piece in self.pieces.iter().filter(|piece| piece.channel == channel) {
            let size = |text: &str| text.chars().count() as f64 + 1.0;
            let letter_s = (piece.until_s - piece.from_s) / size(piece.text);
            let mut start_s = piece.at_s;
            for text in piece.text.split_whitespace() {
                let end_s = start_s + letter_s * size(text);
                words.push(Word::new(text, start_s, end_s, 1.0));
                start_s = end_s;
            }
        }
        words
    }
}

fn shown(event: &Event) -> Option<String> {
    Some(match event.kind {
        EventKind::Overlap { class, interrupter, .. } => {
            let class = match class {
                OverlapClass::Backchannel => "backchannel",
                OverlapClass::Terminal => "terminal",
                OverlapClass::Collaborative => "collaborative",
                OverlapClass::Attempt => "attempt",
                OverlapClass::FloorTaken => "floor_taken",
            };
            format!("{class} by {}", interrupter.name())
        }
        EventKind::Silence { .. } => "silence".to_owned(),
        EventKind::Hold { announced, .. } => {
            format!("hold {}", if announced == Some(true) { "announced" } else { "not announced" })
        }
        EventKind::Shouting { speaker } => format!("shouting by {}", speaker.name()),
        EventKind::Farewell { .. } | EventKind::Unrecognized { .. } => return None,
    })
}

/// A WAV file of 16-bit samples.
fn wav(channels: &[Vec<i16>; 2]) -> Vec<u8> {
    let length = channels[0].len() as u32 * 4;
    let mut bytes = Vec::with_capacity(44 + length as usize);
    bytes.extend(b"RIFF");
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    for value in [1_u16, 2] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(RATE_HZ.to_le_bytes());
    bytes.extend((RATE_HZ * 4).to_le_bytes());
    for value in [4_u16, 16] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    for (left, right) in channels[0].iter().zip(&channels[1]) {
        bytes.extend(left.to_le_bytes());
        bytes.extend(right.to_le_bytes());
    }
    bytes
}

#[test]
fn every_example_shows_what_its_name_says() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    for example in EXAMPLES {
        let found = example.found(&example.channels(&samples));
        assert_eq!(found, example.expected, "{}", example.name);
    }
}
