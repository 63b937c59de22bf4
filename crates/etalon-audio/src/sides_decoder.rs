use crate::{AudioError, Codec, Decoder, ErrorKind, Limits, Samples};
use etalon_call::{Defect, Role};
use std::path::{Path, PathBuf};

/// Decodes two sides that lie in files of their own as one recording, block by block: the agent on
/// the first channel, the client on the second.
///
/// The shorter side is filled up with silence. A side in which nothing was recorded is silence, and
/// a defect: the other side is heard. Where only one side has samples of at most 16 bits, both
/// become numbers from -1 to 1.
#[derive(Debug)]
pub struct SidesDecoder {
    rate_hz: u32,
    codec: Codec,
    is_mixed: bool,
    sides: [Side; 2],
    block: [Samples; 2],
}

/// One side while it is decoded.
#[derive(Debug)]
struct Side {
    role: Role,
    path: PathBuf,
    /// None where nothing was recorded in its file.
    decoder: Option<Decoder<'static>>,
    /// What was decoded and not given yet.
    held: Samples,
    /// Samples that were decoded so far.
    frames: u64,
}

impl SidesDecoder {
    /// Opens both files.
    ///
    /// # Errors
    ///
    /// [`AudioError::InFile`] for the side that can't be read, or that is empty where both are;
    /// [`AudioError::Unsupported`] when a side has more than one channel or the sides have different
    /// rates.
    pub fn open(agent: &Path, client: &Path, limits: &Limits) -> Result<Self, AudioError> {
        match (Side::open(Role::Agent, agent, limits), Side::open(Role::Client, client, limits)) {
            (Ok((agent, shape)), Ok((client, other))) => {
                check_rates(shape, other)?;
                Self::new(shape, [agent, client])
            }
            (Ok((heard, shape)), Err(error)) if error.kind() == ErrorKind::Empty => {
                Self::new(shape, [heard, Side::silent(Role::Client, client, shape)])
            }
            (Err(error), Ok((heard, shape))) if error.kind() == ErrorKind::Empty => {
                Self::new(shape, [Side::silent(Role::Agent, agent, shape), heard])
            }
            (Err(error), Err(other)) if error.kind() == ErrorKind::Empty => Err(other),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    fn new(shape: Shape, sides: [Side; 2]) -> Result<Self, AudioError> {
        let [first, second] = sides.each_ref().map(Side::channels);
        if (first, second) != (1, 1) {
            return Err(AudioError::Unsupported(format!(
                "the sides have {first} and {second} channels where one each is wanted; give them as calls of their own"
            )));
        }
        let is_mixed = sides[0].held.as_i16().is_some() != sides[1].held.as_i16().is_some();
        let block = [Samples::empty_like(shape.codec), Samples::empty_like(shape.codec)];
        Ok(Self { rate_hz: shape.rate_hz, codec: shape.codec, is_mixed, sides, block })
    }

    /// Samples per second of both sides.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// How the samples of the agent's side are stored, or of the only one that is heard.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The next samples of both sides, of the same length; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`Decoder::next_block`], with the path of the side.
    pub fn next_block(&mut self) -> Result<Option<&[Samples]>, AudioError> {
        for side in &mut self.sides {
            side.decode()?;
        }
        // A side that holds nothing has ended, and waits for the other one.
        let held = self.sides.iter().map(|side| side.held.len()).filter(|&held| held > 0);
        let Some(count) = held.min() else { return Ok(None) };
        let is_mixed = self.is_mixed;
        self.block = self.sides.each_mut().map(|side| side.take(count, is_mixed));
        Ok(Some(&self.block))
    }

    /// What was wrong with the sides as far as they were decoded.
    pub fn into_defects(self) -> Vec<Defect> {
        let are_heard = self.sides.iter().all(|side| side.decoder.is_some());
        let [one, other] = self.sides.each_ref().map(|side| side.frames);
        let mut defects: Vec<Defect> = self.sides.into_iter().flat_map(Side::into_defects).collect();
        if are_heard && one != other {
            let missing_s = one.abs_diff(other) as f64 / f64::from(self.rate_hz);
            let detail = format!("one side is {missing_s:.3} s shorter; filled up with silence");
            defects.push(Defect::new("sides_of_different_length", detail));
        }
        defects
    }
}

/// How a side was recorded.
#[derive(Debug, Clone, Copy)]
struct Shape {
    rate_hz: u32,
    codec: Codec,
}

fn check_rates(agent: Shape, client: Shape) -> Result<(), AudioError> {
    if agent.rate_hz == client.rate_hz {
        return Ok(());
    }
    Err(AudioError::Unsupported(format!(
        "the agent's side has {} Hz and the client's {} Hz; bring both to one rate first",
        agent.rate_hz, client.rate_hz
    )))
}

impl Side {
    /// Opens a side, and decodes its first samples: before, nobody knows whether there are any.
    fn open(role: Role, path: &Path, limits: &Limits) -> Result<(Self, Shape), AudioError> {
        let decoder = crate::open(path, limits).map_err(|error| error.of_side(role))?;
        let shape = Shape { rate_hz: decoder.rate_hz(), codec: decoder.codec() };
        let held = Samples::empty_like(shape.codec);
        let mut side = Self { role, path: path.to_owned(), decoder: Some(decoder), held, frames: 0 };
        side.decode()?;
        if side.held.is_empty() {
            return Err(AudioError::no_samples().in_file(path).of_side(role));
        }
        Ok((side, shape))
    }

    /// A side in which nothing was recorded, beside one of this shape.
    fn silent(role: Role, path: &Path, beside: Shape) -> Self {
        let held = Samples::empty_like(beside.codec);
        Self { role, path: path.to_owned(), decoder: None, held, frames: 0 }
    }

    fn channels(&self) -> usize {
        self.decoder.as_ref().map_or(1, Decoder::channels)
    }

    /// Decodes the next samples where none are held.
    fn decode(&mut self) -> Result<(), AudioError> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        if !self.held.is_empty() {
            return Ok(());
        }
        let block = decoder.next_block().map_err(|error| error.in_file(&self.path).of_side(self.role))?;
        if let Some([samples, ..]) = block {
            self.frames += samples.len() as u64;
            self.held.append(samples);
        }
        Ok(())
    }

    /// Gives the next samples, as numbers from -1 to 1 where that is wanted, and silence where there
    /// are no more.
    fn take(&mut self, count: usize, as_f32: bool) -> Samples {
        let rest = self.held.keep(0..count);
        let mut taken = std::mem::replace(&mut self.held, rest);
        if as_f32 {
            taken = Samples::F32(taken.to_f32());
        }
        taken.append_silence(count - taken.len());
        taken
    }

    fn into_defects(self) -> Vec<Defect> {
        let side = self.role.name();
        let Some(decoder) = self.decoder else {
            let detail = format!("nothing was recorded in the file of the {side}'s side");
            return vec![Defect::new("side_empty", detail)];
        };
        let of_side = |defect: Defect| Defect::new(defect.kind, format!("{side}'s side: {}", defect.detail));
        decoder.into_defects().into_iter().map(of_side).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tempfile::TempDir;

    const PCM_16: [u8; 16] = *b"\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0";
    const FLOAT: [u8; 16] = *b"\x03\0\x01\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x20\0";
    const PCM_16_AT_16_KHZ: [u8; 16] = *b"\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0";
    const STEREO: [u8; 16] = *b"\x01\0\x02\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x10\0";

    /// Files of one test.
    struct Files(TempDir);

    impl Files {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn write(&self, name: &str, content: &[u8]) -> PathBuf {
            let path = self.0.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        }

        fn wav(&self, name: &str, format: [u8; 16], samples: &[u8]) -> PathBuf {
            let length = u32::try_from(samples.len()).unwrap();
            let riff = [&b"RIFF"[..], &(36 + length).to_le_bytes(), b"WAVEfmt \x10\0\0\0"].concat();
            self.write(name, &[&riff[..], &format, b"data", &length.to_le_bytes(), samples].concat())
        }

        fn of_i16(&self, name: &str, samples: &[i16]) -> PathBuf {
            let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            self.wav(name, PCM_16, &bytes)
        }
    }

    /// Both channels, and the defects.
    fn decoded(agent: &Path, client: &Path) -> Result<([Samples; 2], Vec<Defect>), AudioError> {
        let mut decoder = SidesDecoder::open(agent, client, &Limits::default())?;
        let mut channels: Option<[Samples; 2]> = None;
        while let Some(block) = decoder.next_block()? {
            assert!(!block[0].is_empty() && block[0].len() == block[1].len());
            match &mut channels {
                Some(channels) => {
                    channels.iter_mut().zip(block).for_each(|(channel, more)| channel.append(more));
                }
                None => channels = Some([block[0].clone(), block[1].clone()]),
            }
        }
        Ok((channels.unwrap(), decoder.into_defects()))
    }

    fn kinds(defects: &[Defect]) -> Vec<&str> {
        defects.iter().map(|defect| defect.kind.as_str()).collect()
    }

    #[test]
    fn an_empty_side_is_silence_and_a_broken_one_is_named() {
        let files = Files::new();
        let (heard, empty) = (files.of_i16("a.wav", &[257; 200]), files.of_i16("b.wav", &[]));
        // The rate of a file without a sample says nothing.
        let other_rate = files.wav("c.wav", PCM_16_AT_16_KHZ, &[]);
        let broken = files.write("d.wav", b"this is a letter and no recording");
        for (agent, client, quiet) in [(&heard, &empty, 1), (&empty, &heard, 0), (&heard, &other_rate, 1)] {
            let (channels, defects) = decoded(agent, client).unwrap();
            assert_eq!(channels[quiet], Samples::I16(vec![0; 200]));
            assert_eq!(channels[1 - quiet], Samples::I16(vec![257; 200]));
            assert_eq!(kinds(&defects), ["side_empty"]);
        }
        for (agent, client, side) in [
            (&broken, &heard, Role::Agent),
            (&heard, &broken, Role::Client),
            (&broken, &empty, Role::Agent),
            (&empty, &broken, Role::Client),
        ] {
            let error = decoded(agent, client).unwrap_err();
            assert!(matches!(error, AudioError::InFile { .. }), "{error}");
            assert!(error.to_string().contains(&format!("the {}'s side is", side.name())), "{error}");
            assert_eq!(error.side(), Some(side));
        }
        assert_eq!(decoded(&empty, &empty).unwrap_err().kind(), ErrorKind::Empty);
    }

    #[test]
    fn sides_become_channels_of_one_length_and_kind() {
        let files = Files::new();
        let whole = files.of_i16("a.wav", &[16_384; 3]);
        let quarter = 0.25_f32.to_le_bytes();
        let numbers = files.wav("b.wav", FLOAT, &[quarter, quarter].concat());
        let (channels, defects) = decoded(&whole, &numbers).unwrap();
        assert_eq!(channels, [Samples::F32(vec![0.5; 3]), Samples::F32(vec![0.25, 0.25, 0.0])]);
        assert_eq!(kinds(&defects), ["sides_of_different_length"]);
        // Its header promises more than there is.
        let mut bytes = std::fs::read(&whole).unwrap();
        bytes.truncate(bytes.len() - 2);
        let cut = files.write("c.wav", &bytes);
        let (channels, defects) = decoded(&whole, &cut).unwrap();
        assert_eq!(channels, [Samples::I16(vec![16_384; 3]), Samples::I16(vec![16_384, 16_384, 0])]);
        assert_eq!(kinds(&defects), ["data_truncated", "sides_of_different_length"]);
        assert!(defects[0].detail.starts_with("client's side: "), "{}", defects[0].detail);
    }

    #[test]
    fn sides_that_do_not_fit_together_are_refused() {
        let files = Files::new();
        let one = files.of_i16("a.wav", &[1; 8]);
        for (other, told) in [
            (files.wav("b.wav", PCM_16_AT_16_KHZ, &[1; 16]), "8000 Hz and the client's 16000 Hz"),
            (files.wav("c.wav", STEREO, &[1; 16]), "1 and 2 channels"),
        ] {
            let error = decoded(&one, &other).unwrap_err();
            assert!(error.to_string().contains(told), "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// However long the sides are, and however they come in blocks, both are what their files hold.
        #[test]
        fn each_side_is_what_its_file_holds(lengths in [1_usize..150_000, 1_usize..150_000]) {
            let files = Files::new();
            let sides = lengths.map(|length| (0..length).map(|place| (place % 30_011) as i16).collect::<Vec<_>>());
            let (agent, client) = (files.of_i16("a.wav", &sides[0]), files.of_i16("b.wav", &sides[1]));
            let (channels, _) = decoded(&agent, &client).unwrap();
            let longer = lengths[0].max(lengths[1]);
            for (channel, mut side) in channels.into_iter().zip(sides) {
                side.resize(longer, 0);
                prop_assert!(channel == Samples::I16(side));
            }
        }
    }
}
