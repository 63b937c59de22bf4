//! Calls whose two sides lie in two files.

use crate::{AudioError, Decoded, Samples};
use etalon_call::Defect;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// How file names tell which two of them are the sides of one call: `*-out` and `*-in`, for
/// instance.
///
/// A pattern is the name without its extension; its one `*` stands for what both names share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidePattern {
    agent: Affixes,
    client: Affixes,
}

/// What stands before and after the `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Affixes {
    prefix: String,
    suffix: String,
}

/// A pattern that cannot tell two sides apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("side pattern «{agent}» / «{client}»: {reason}; write them like «*-out» and «*-in»")]
pub struct SidePatternError {
    agent: String,
    client: String,
    reason: &'static str,
}

/// The file or files of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFiles {
    /// One file with everything.
    One(PathBuf),
    /// One file for each side.
    Sides {
        /// The file in which the agent is heard.
        agent: PathBuf,
        /// The file in which the client is heard.
        client: PathBuf,
    },
}

impl CallFiles {
    /// The files, the agent's side first.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::One(path) => vec![path],
            Self::Sides { agent, client } => vec![agent, client],
        }
    }
}

impl SidePattern {
    /// A pattern from the two forms that names take.
    ///
    /// # Errors
    ///
    /// [`SidePatternError`] when a form has not exactly one `*`, or when both are the same.
    pub fn new(agent: &str, client: &str) -> Result<Self, SidePatternError> {
        let fail = |reason| SidePatternError { agent: agent.to_owned(), client: client.to_owned(), reason };
        let affixes = |form: &str| {
            let (prefix, suffix) = form.split_once('*').ok_or_else(|| fail("a «*» is missing"))?;
            if suffix.contains('*') {
                return Err(fail("there is more than one «*»"));
            }
            Ok(Affixes { prefix: prefix.to_owned(), suffix: suffix.to_owned() })
        };
        let pattern = Self { agent: affixes(agent)?, client: affixes(client)? };
        if pattern.agent == pattern.client {
            return Err(fail("both sides have the same form"));
        }
        Ok(pattern)
    }

    /// The forms that telephone systems use. Asterisk's `-in` is what comes in from the channel, so
    /// the caller.
    pub fn usual() -> Vec<Self> {
        [
            ("*-out", "*-in"),
            ("*_out", "*_in"),
            ("*_agent", "*_caller"),
            ("*_agent", "*_client"),
            ("*_agent", "*_customer"),
            ("*-agent", "*-caller"),
            ("*-agent", "*-client"),
            ("*-agent", "*-customer"),
            ("*_operator", "*_client"),
        ]
        .into_iter()
        .filter_map(|(agent, client)| Self::new(agent, client).ok())
        .collect()
    }

    /// The client's path that belongs to the agent's.
    fn client_of(&self, agent: &Path) -> Option<PathBuf> {
        let call = self.agent.call_in(agent.file_stem()?.to_str()?)?;
        let mut name = format!("{}{call}{}", self.client.prefix, self.client.suffix);
        if let Some(extension) = agent.extension().and_then(OsStr::to_str) {
            name.push('.');
            name.push_str(extension);
        }
        Some(agent.with_file_name(name))
    }
}

impl Affixes {
    fn call_in<'a>(&self, stem: &'a str) -> Option<&'a str> {
        let call = stem.strip_prefix(&self.prefix)?.strip_suffix(&self.suffix)?;
        (!call.is_empty()).then_some(call)
    }
}

/// Puts the two sides of calls together: files of one folder with one extension whose names fit a
/// pattern and share what its `*` stands for. The first pattern that fits wins. What has no other
/// side stays alone. The order is that of the paths, a pair standing where its first file stood.
pub fn pair_sides(paths: &[PathBuf], patterns: &[SidePattern]) -> Vec<CallFiles> {
    let places: std::collections::BTreeMap<&Path, usize> =
        paths.iter().enumerate().map(|(place, path)| (path.as_path(), place)).collect();
    let mut other_side = vec![None; paths.len()];
    for pattern in patterns {
        for (agent, path) in paths.iter().enumerate() {
            let client = pattern.client_of(path).and_then(|path| places.get(path.as_path()).copied());
            if let Some(client) = client.filter(|client| *client != agent)
                && other_side[agent].is_none()
                && other_side[client].is_none()
            {
                let files = CallFiles::Sides { agent: path.clone(), client: paths[client].clone() };
                other_side[agent.max(client)] = Some(None);
                other_side[agent.min(client)] = Some(Some(files));
            }
        }
    }
    let alone = |path: &PathBuf| CallFiles::One(path.clone());
    paths
        .iter()
        .zip(other_side)
        .filter_map(|(path, paired)| paired.unwrap_or_else(|| Some(alone(path))))
        .collect()
}

/// Makes one recording of two sides: the agent on the first channel, the client on the second. The
/// shorter side is filled up with silence.
///
/// # Errors
///
/// [`AudioError::Unsupported`] when a side has more than one channel or the sides have different
/// rates.
pub fn join(agent: Decoded, client: Decoded) -> Result<Decoded, AudioError> {
    let (first, second) = (agent.recording, client.recording);
    if first.rate_hz != second.rate_hz {
        return Err(AudioError::Unsupported(format!(
            "the agent's side has {} Hz and the client's {} Hz; bring both to one rate first",
            first.rate_hz, second.rate_hz
        )));
    }
    if first.channels.len() != 1 || second.channels.len() != 1 {
        return Err(AudioError::Unsupported(format!(
            "the sides have {} and {} channels where one each is wanted; give them as calls of their own",
            first.channels.len(),
            second.channels.len()
        )));
    }
    let mut defects = of_side("agent", agent.defects);
    defects.extend(of_side("client", client.defects));
    let frames = first.frames().max(second.frames());
    let shorter = first.frames().min(second.frames());
    if shorter < frames {
        let missing_s = (frames - shorter) as f64 / f64::from(first.rate_hz);
        let detail = format!("one side is {missing_s:.3} s shorter; filled up with silence");
        defects.push(Defect::new("sides_of_different_length", detail));
    }
    let mut recording = first;
    recording.channels.extend(second.channels);
    let is_mixed = recording.channels[0].as_i16().is_some() != recording.channels[1].as_i16().is_some();
    for channel in &mut recording.channels {
        if is_mixed {
            *channel = Samples::F32(channel.to_f32());
        }
        channel.append_silence(frames - channel.len());
    }
    Ok(Decoded { recording, defects })
}

fn of_side(side: &str, defects: Vec<Defect>) -> Vec<Defect> {
    defects
        .into_iter()
        .map(|defect| Defect::new(defect.kind, format!("{side}'s side: {}", defect.detail)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Codec, Recording};

    fn one(path: &str) -> CallFiles {
        CallFiles::One(path.into())
    }

    fn sides(agent: &str, client: &str) -> CallFiles {
        CallFiles::Sides { agent: agent.into(), client: client.into() }
    }

    #[test]
    fn names_pair_by_what_they_share() {
        for (paths, expected) in [
            (vec!["a/7-in.wav", "a/7-out.wav"], vec![sides("a/7-out.wav", "a/7-in.wav")]),
            (vec!["a/7-in.wav", "b/7-out.wav"], vec![one("a/7-in.wav"), one("b/7-out.wav")]),
            (vec!["7-in.wav", "7-out.mp3"], vec![one("7-in.wav"), one("7-out.mp3")]),
            (
                vec!["7_agent.wav", "8.wav", "7_caller.wav"],
                vec![sides("7_agent.wav", "7_caller.wav"), one("8.wav")],
            ),
            (
                vec!["7_agent.wav", "7_client.wav", "7_caller.wav"],
                vec![sides("7_agent.wav", "7_caller.wav"), one("7_client.wav")],
            ),
            (
                vec!["-in.wav", "-out.wav", "check-in.wav"],
                vec![one("-in.wav"), one("-out.wav"), one("check-in.wav")],
            ),
            (vec![], vec![]),
        ] {
            let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
            let mut found = pair_sides(&paths, &SidePattern::usual());
            // A pair stands where its first file stood; the table names pairs first.
            found.sort_by_key(|files| matches!(files, CallFiles::One(_)));
            assert_eq!(found, expected, "{paths:?}");
        }
    }

    #[test]
    fn patterns_say_what_is_wrong_with_them() {
        for (agent, client, reason) in
            [("*-a", "b", "missing"), ("*-*", "*-b", "more than one"), ("*-a", "*-a", "the same form")]
        {
            let error = SidePattern::new(agent, client).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    fn mono(rate_hz: u32, samples: Samples) -> Decoded {
        let recording = Recording { rate_hz, codec: Codec::Pcm16, channels: vec![samples] };
        Decoded { recording, defects: vec![Defect::new("data_truncated", "x")] }
    }

    #[test]
    fn sides_become_channels_of_one_length() {
        let joined =
            join(mono(8_000, Samples::I16(vec![16_384; 3])), mono(8_000, Samples::F32(vec![0.25; 2])))
                .unwrap();
        assert_eq!(
            joined.recording.channels,
            [Samples::F32(vec![0.5; 3]), Samples::F32(vec![0.25, 0.25, 0.0])]
        );
        let kinds: Vec<&str> = joined.defects.iter().map(|defect| defect.kind.as_str()).collect();
        assert_eq!(kinds, ["data_truncated", "data_truncated", "sides_of_different_length"]);
        let error = join(mono(8_000, Samples::I16(vec![])), mono(16_000, Samples::I16(vec![]))).unwrap_err();
        assert!(error.to_string().contains("16000 Hz"), "{error}");
    }
}
