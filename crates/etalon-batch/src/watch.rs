//! Inputs to which recordings are added: whether there is something for a run to do.
//!
//! A watch is a loop. Each [look](Watch::look) says what waits, and where there is something new
//! gives an [`Intake`] for a whole [`run`](crate::run()), a round, over all recordings that have
//! settled. Nothing is kept on disk: what is done is known by the stored calls, as it is for every
//! run, so a watch may be killed at any moment and started again.
//!
//! While nothing changes, a look only asks the system for the states of the files. It opens none.

mod glance;
mod notices;
mod settling;

use crate::config::Config;
use crate::error::BatchError;
use crate::failure;
use crate::input::Input;
use crate::intake::{self, Intake, Sources};
use crate::known_hashes::KnownHashes;
use crate::manifest;
use etalon_call::{FailureKind, Stage};
use etalon_pipeline::FileState;
use etalon_store::Failure;
use glance::Glance;
pub use notices::{NoNotices, Notices};
use settling::Settling;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, Metadata};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// After how long a recording is tried again whose failure may be gone by then.
const FIRST_RETRY: Duration = Duration::from_mins(5);

/// The pause doubles with every further failure, up to this.
const LONGEST_RETRY: Duration = Duration::from_hours(2);

/// Where a watch looks.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    /// Inputs and manifests. A recording has settled when it was seen unchanged for
    /// [`Sources::settle`].
    pub sources: Sources<'a>,
    /// The folder of transcripts, if there is one.
    pub transcripts: Option<&'a PathBuf>,
    /// The result folder.
    pub results: &'a Path,
}

/// What waits, and what was done of it already.
#[derive(Debug)]
pub struct Watch<'a> {
    watched: Watched<'a>,
    /// The result folder without links.
    results: PathBuf,
    settling: Settling,
    /// Recordings that manifests name outside the inputs.
    elsewhere: Vec<PathBuf>,
    /// How many were named at the last look into the files and could not be found or opened.
    missing: usize,
    transcripts: Transcripts,
    hashes: KnownHashes,
    /// What rounds have had, by the first file of each recording.
    taken: HashMap<PathBuf, Taken>,
    /// The state at the last look into the files; none where the next look has to be one.
    seen: Option<Glance>,
    /// When there is something to do though nothing changes.
    next: Option<Instant>,
    backlog: Backlog,
    round: Option<Round>,
}

/// What waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Recordings that have settled and that no round has had.
    pub waiting: usize,
    /// When the oldest of them was last written.
    pub oldest: Option<SystemTime>,
    /// Files that have not settled.
    pub growing: usize,
    /// Recordings whose failure may be gone at a later try.
    pub to_retry: usize,
}

/// What a look found.
#[derive(Debug)]
pub struct Look {
    /// What waits.
    pub backlog: Backlog,
    /// What a run is to do now, if there is anything new.
    pub round: Option<Intake>,
    /// What is wrong with inputs that hold no recordings at all.
    pub unavailable: Vec<Failure>,
}

/// A recording that a round has had.
#[derive(Debug)]
struct Taken {
    input: Input,
    states: Vec<FileState>,
    retry: Option<Retry>,
}

/// A failure that may be gone.
#[derive(Debug, Clone)]
struct Retry {
    failure: Failure,
    pause: Duration,
    at: Instant,
}

/// A round that was given out and has not been reported done.
#[derive(Debug)]
struct Round {
    /// The recordings that are new in it.
    fresh: Vec<(PathBuf, Taken)>,
    /// The first files of all recordings that were there.
    present: BTreeSet<PathBuf>,
    seen: Glance,
    transcripts: Option<Glance>,
    next: Option<Instant>,
}

/// The folder of transcripts, which are read when none of them has changed for a while.
#[derive(Debug, Default)]
struct Transcripts {
    seen: Option<(Glance, Instant)>,
    of_round: Option<Glance>,
}

impl Watched<'_> {
    /// Finds out whether there is something to watch.
    ///
    /// # Errors
    ///
    /// When an input can't be opened or a manifest that is named can't be used.
    pub fn check(&self) -> Result<(), BatchError> {
        let places = self.sources.inputs.iter().chain(self.sources.manifests);
        let failures: Vec<Failure> = places
            .filter_map(|place| {
                let reason = format!("can't be opened: {}; check the path", fs::metadata(place).err()?);
                let source = place.to_string_lossy();
                Some(failure::temporary(&source, Stage::Intake, FailureKind::Missing, &reason))
            })
            .collect();
        if !failures.is_empty() {
            return Err(BatchError::NothingToDo { failures });
        }
        for path in self.sources.manifests {
            manifest::read(path).map_err(|error| BatchError::Manifest { path: path.clone(), error })?;
        }
        Ok(())
    }

    /// How many recordings are named and may come yet. An input that is empty or not there is none.
    fn missing(&self, failures: &[Failure]) -> usize {
        let is_input =
            |source: &str| self.sources.inputs.iter().any(|input| input.to_string_lossy() == source);
        failures.iter().filter(|failure| !failure.permanent && !is_input(&failure.source)).count()
    }

    /// Whether a file lies in one of the inputs, so that whoever looks at them sees it.
    fn holds(&self, file: &Path) -> bool {
        let goes_down = |rest: &Path| rest.components().all(|part| matches!(part, Component::Normal(_)));
        self.sources.inputs.iter().any(|input| file.strip_prefix(input).is_ok_and(goes_down))
    }
}

impl<'a> Watch<'a> {
    /// A watch that has seen nothing yet.
    ///
    /// # Errors
    ///
    /// Those of [`Watched::check`]. What vanishes later is waited for.
    pub fn over(watched: Watched<'a>) -> Result<Self, BatchError> {
        watched.check()?;
        Ok(Self {
            results: watched.results.canonicalize().unwrap_or_else(|_| watched.results.to_owned()),
            watched,
            settling: Settling::within(watched.sources.settle),
            elsewhere: Vec::new(),
            missing: 0,
            transcripts: Transcripts::default(),
            hashes: KnownHashes::default(),
            taken: HashMap::new(),
            seen: None,
            next: None,
            backlog: Backlog::default(),
            round: None,
        })
    }

    /// Looks at the inputs. `now` never runs backwards.
    ///
    /// A round that is given out and not reported [done](Self::done) is given out again.
    ///
    /// # Errors
    ///
    /// A manifest that was named and can't be used.
    pub fn look(&mut self, config: &Config, now: Instant) -> Result<Look, BatchError> {
        let Watched { sources, transcripts, .. } = self.watched;
        let places = sources.inputs.iter().chain(sources.manifests);
        let seen = Glance::at(places.chain(transcripts).chain(&self.elsewhere), &self.results);
        if self.seen == Some(seen) && self.next.is_none_or(|next| now < next) {
            return Ok(Look { backlog: self.backlog, round: None, unavailable: Vec::new() });
        }
        self.seen = None;
        let mut growing = 0;
        let mut elsewhere = Vec::new();
        let taken_in = intake::take_in_settled(&sources, config, &mut |paths| {
            elsewhere = paths.iter().filter(|path| !self.watched.holds(path)).cloned().collect();
            let found = self.settling.growing(paths, now);
            growing = found.len();
            found
        });
        self.elsewhere = elsewhere;
        let (intake, unavailable) = match taken_in {
            Err(BatchError::NothingToDo { failures }) => (Intake::default(), failures),
            taken_in => (taken_in?, Vec::new()),
        };
        let transcripts = self.transcripts.settled(&self.watched, &self.results, now);
        self.missing = self.watched.missing(&intake.failures) + self.watched.missing(&unavailable);
        let backlog = Backlog { growing, to_retry: self.missing, ..Backlog::default() };
        let mut look = Look { backlog, round: None, unavailable };
        let round = self.round_of(intake, &mut look.backlog, now);
        let look_for_missing = (self.missing > 0).then(|| now + FIRST_RETRY);
        let transcripts_due = self.transcripts.due(sources.settle);
        let next = [self.settling.next(), self.next_retry(now), transcripts_due, look_for_missing];
        let next = next.into_iter().flatten().filter(|at| now < *at).min();
        let are_transcripts_new = transcripts.is_some() && transcripts != self.transcripts.of_round;
        let is_round = !round.fresh.is_empty() || (are_transcripts_new && !round.intake.inputs.is_empty());
        self.backlog = look.backlog;
        if is_round {
            let Found { fresh, present, intake } = round;
            self.round = Some(Round { fresh, present, seen, transcripts, next });
            look.round = Some(intake);
        } else {
            (self.seen, self.next) = (Some(seen), next);
        }
        Ok(look)
    }

    /// When a look finds something though nothing changes, such as a recording that has settled by
    /// then.
    pub fn next(&self) -> Option<Instant> {
        self.next
    }

    /// The round that was given out last has come to its end, with these failures.
    pub fn done(&mut self, failures: &[Failure], now: Instant) {
        let Some(round) = self.round.take() else { return };
        let temporary: HashMap<&str, &Failure> = failures
            .iter()
            .filter(|failure| !failure.permanent)
            .map(|failure| (&*failure.source, failure))
            .collect();
        let mut next = round.next;
        for (file, fresh) in round.fresh {
            let failure = names(&fresh.input).into_iter().find_map(|name| temporary.get(&*name).copied());
            let before = self.taken.get(&file).filter(|before| before.is_as(&fresh.input, &fresh.states));
            let retry = failure.map(|failure| {
                let pause =
                    before.and_then(|before| before.retry.as_ref()).map_or(FIRST_RETRY, Retry::longer);
                Retry { failure: failure.clone(), pause, at: now + pause }
            });
            next = next.into_iter().chain(retry.as_ref().map(|retry| retry.at)).min();
            self.taken.insert(file, Taken { retry, ..fresh });
        }
        self.taken.retain(|file, _| round.present.contains(file));
        self.hashes.keep(&round.present.iter().map(PathBuf::as_path).collect());
        self.transcripts.of_round = round.transcripts;
        self.backlog = Backlog {
            growing: self.backlog.growing,
            to_retry: self.missing + self.taken.values().filter(|taken| taken.retry.is_some()).count(),
            ..Backlog::default()
        };
        (self.seen, self.next) = (Some(round.seen), next);
    }

    /// What a round over these recordings would be, where those are left out that are not to be
    /// tried yet.
    fn round_of(&self, mut intake: Intake, backlog: &mut Backlog, now: Instant) -> Found {
        let mut found = Found::default();
        let mut inputs = Vec::with_capacity(intake.inputs.len());
        for input in intake.inputs {
            let files = input.files.paths();
            // What is gone by now is found to be so by the round.
            let metadata: Vec<Metadata> = files.iter().filter_map(|file| fs::metadata(file).ok()).collect();
            let states: Vec<FileState> = metadata.iter().map(FileState::from).collect();
            let Some(file) = files.first().map(|file| file.to_path_buf()) else { continue };
            found.present.insert(file.clone());
            let known = self.taken.get(&file).filter(|known| known.is_as(&input, &states));
            match known.map(|known| known.retry.as_ref()) {
                Some(None) => inputs.push(input),
                Some(Some(retry)) if now < retry.at => {
                    backlog.to_retry += 1;
                    intake.failures.push(retry.failure.clone());
                }
                _ => {
                    backlog.waiting += 1;
                    let written = metadata.iter().filter_map(|metadata| metadata.modified().ok()).max();
                    backlog.oldest = backlog.oldest.into_iter().chain(written).min();
                    found.fresh.push((file, Taken { input: input.clone(), states, retry: None }));
                    inputs.push(input);
                }
            }
        }
        found.intake = Intake { inputs, hashes: Some(self.hashes.clone()), ..intake };
        found
    }

    /// When the next of the failed recordings is to be tried again.
    fn next_retry(&self, now: Instant) -> Option<Instant> {
        let retries = self.taken.values().filter_map(|taken| taken.retry.as_ref());
        retries.map(|retry| retry.at).filter(|at| now < *at).min()
    }
}

/// What there would be to do.
#[derive(Default)]
struct Found {
    fresh: Vec<(PathBuf, Taken)>,
    present: BTreeSet<PathBuf>,
    intake: Intake,
}

impl Backlog {
    /// How long ago the oldest of the recordings that wait was last written.
    pub fn age(&self, now: SystemTime) -> Option<Duration> {
        self.oldest.map(|oldest| now.duration_since(oldest).unwrap_or_default())
    }
}

impl Taken {
    /// Whether a recording is the one that a round has had, with the same facts.
    fn is_as(&self, input: &Input, states: &[FileState]) -> bool {
        self.input == *input && self.states == states
    }
}

impl Retry {
    /// The pause before the try after the next.
    fn longer(&self) -> Duration {
        (self.pause * 2).min(LONGEST_RETRY)
    }
}

impl Transcripts {
    /// The state of the transcripts, where they have not changed for long enough.
    fn settled(&mut self, watched: &Watched<'_>, results: &Path, now: Instant) -> Option<Glance> {
        let glance = Glance::at(Some(watched.transcripts?), results);
        let since = self.seen.filter(|(seen, _)| *seen == glance).map_or(now, |(_, since)| since);
        self.seen = Some((glance, since));
        (now.saturating_duration_since(since) >= watched.sources.settle).then_some(glance)
    }

    /// When those that changed last may have settled.
    fn due(&self, settle: Duration) -> Option<Instant> {
        let (seen, since) = self.seen?;
        (Some(seen) != self.of_round).then_some(since + settle)
    }
}

/// The names by which a failure may call a recording.
fn names(input: &Input) -> Vec<String> {
    let side = |file: &&Path| {
        let name = Path::new(&input.source).with_file_name(file.file_name()?);
        Some(name.to_string_lossy().into_owned())
    };
    let files = input.files.paths();
    std::iter::once(input.source.clone()).chain(files.iter().skip(1).filter_map(side)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLE: Duration = Duration::from_mins(1);

    /// A watch over a folder, in which each look is a second after the last.
    struct Scene<'a> {
        watch: Watch<'a>,
        now: Instant,
    }

    impl Scene<'_> {
        /// How many recordings a look after some time gives to a round, and how many of them are
        /// new.
        fn look(&mut self, later: Duration) -> Option<(usize, usize)> {
            self.now += later;
            let look = self.watch.look(&Config::default(), self.now).unwrap();
            look.round.map(|round| (round.inputs.len(), look.backlog.waiting))
        }

        fn done(&mut self, failures: &[Failure]) {
            self.watch.done(failures, self.now);
        }
    }

    fn check(play: impl FnOnce(&Path, &mut Scene<'_>)) {
        let folder = tempfile::tempdir().unwrap();
        let inputs = [folder.path().join("in")];
        let results = inputs[0].join("out");
        fs::create_dir_all(&results).unwrap();
        let sources = Sources { inputs: &inputs, manifests: &[], settle: SETTLE };
        let watched = Watched { sources, transcripts: None, results: &results };
        let watch = Watch::over(watched).unwrap();
        play(&inputs[0], &mut Scene { watch, now: Instant::now() });
    }

    fn failure(source: &str, permanent: bool) -> Failure {
        let make = if permanent { failure::permanent } else { failure::temporary };
        make(source, Stage::Decode, FailureKind::WorkerKilled, "the worker was killed")
    }

    #[test]
    fn a_round_has_what_has_settled_and_is_given_until_it_is_done() {
        check(|input, scene| {
            assert_eq!(scene.look(SETTLE), None, "nothing is there");
            fs::write(input.join("a.mp3"), "one").unwrap();
            assert_eq!(scene.look(SETTLE), None, "seen for the first time");
            assert_eq!(scene.watch.backlog.growing, 1);
            assert_eq!(scene.look(SETTLE / 2), None);
            assert_eq!(scene.look(SETTLE / 2), Some((1, 1)));
            assert_eq!(scene.look(SETTLE / 2), Some((1, 1)), "the round failed as a whole");
            scene.done(&[]);
            assert_eq!(scene.look(SETTLE), None);
            fs::write(input.join("b.mp3"), "two").unwrap();
            assert_eq!(scene.look(SETTLE), None);
            assert_eq!(scene.look(SETTLE), Some((2, 1)), "a round is over all of them");
            scene.done(&[failure("b.mp3", true)]);
            assert_eq!(scene.look(LONGEST_RETRY), None, "what fails for good is not tried again");
            fs::write(input.join("b.mp3"), "corrected").unwrap();
            assert_eq!(scene.look(SETTLE), None);
            assert_eq!(scene.look(SETTLE), Some((2, 1)));
            scene.done(&[]);
            fs::remove_file(input.join("a.mp3")).unwrap();
            assert_eq!(scene.look(SETTLE), None, "what goes gives no reason for a round");
        });
    }

    #[test]
    fn facts_that_come_later_are_a_reason_for_a_round() {
        check(|input, scene| {
            fs::write(input.join("a.mp3"), "one").unwrap();
            scene.look(SETTLE);
            assert_eq!(scene.look(SETTLE), Some((1, 1)));
            scene.done(&[]);
            fs::write(input.join("manifest.csv"), "path,agent_id\na.mp3,a17\n").unwrap();
            assert_eq!(scene.look(SETTLE), Some((1, 1)));
        });
    }

    #[test]
    fn what_fails_for_a_time_is_tried_again_after_longer_and_longer_pauses() {
        check(|input, scene| {
            fs::write(input.join("a.mp3"), "one").unwrap();
            fs::write(input.join("b.mp3"), "two").unwrap();
            scene.look(SETTLE);
            assert_eq!(scene.look(SETTLE), Some((2, 2)));
            scene.done(&[failure("a.mp3", false)]);
            for pause in [FIRST_RETRY, FIRST_RETRY * 2, FIRST_RETRY * 4] {
                assert_eq!(scene.look(pause.checked_sub(SETTLE).unwrap()), None);
                assert_eq!(scene.watch.backlog.to_retry, 1);
                assert_eq!(scene.look(SETTLE), Some((2, 1)));
                scene.done(&[failure("a.mp3", false)]);
            }
            // A round for others leaves it alone, and lists it.
            fs::write(input.join("c.mp3"), "three").unwrap();
            scene.look(SETTLE);
            scene.now += SETTLE;
            let look = scene.watch.look(&Config::default(), scene.now).unwrap();
            let round = look.round.unwrap();
            let names: Vec<&str> = round.inputs.iter().map(|input| &*input.source).collect();
            assert_eq!(names, ["b.mp3", "c.mp3"]);
            assert_eq!(round.failures, [failure("a.mp3", false)]);
            assert_eq!((look.backlog.waiting, look.backlog.to_retry), (1, 1));
        });
    }

    #[test]
    fn recordings_outside_the_inputs_are_looked_at_too_and_missing_ones_looked_for() {
        check(|input, scene| {
            let outside = input.with_file_name("recorded");
            fs::create_dir(&outside).unwrap();
            fs::write(outside.join("a.mp3"), "one").unwrap();
            fs::write(input.join("manifest.csv"), "path\n../recorded/a.mp3\n../recorded/b.mp3\n").unwrap();
            assert_eq!(scene.look(SETTLE), None, "seen for the first time");
            assert_eq!(scene.look(SETTLE), Some((1, 1)));
            scene.done(&[]);
            assert_eq!(scene.watch.backlog.to_retry, 1);
            assert_eq!(scene.look(SETTLE), None);
            fs::write(outside.join("a.mp3"), "another").unwrap();
            assert_eq!(scene.look(SETTLE), None, "it has changed");
            assert_eq!(scene.look(SETTLE), Some((1, 1)));
            scene.done(&[]);
            fs::write(outside.join("b.mp3"), "two").unwrap();
            assert_eq!(scene.look(FIRST_RETRY), None, "seen for the first time");
            assert_eq!(scene.look(SETTLE), Some((2, 1)));
            scene.done(&[]);
            assert_eq!(scene.watch.backlog, Backlog::default());
            assert_eq!(scene.look(LONGEST_RETRY), None);
        });
    }

    #[test]
    fn an_input_that_is_not_there_is_an_error_at_the_start_only() {
        check(|input, scene| {
            fs::remove_dir_all(input).unwrap();
            let look = scene.watch.look(&Config::default(), scene.now).unwrap();
            assert_eq!(look.unavailable.len(), 1);
            let inputs = [input.to_owned()];
            let sources = Sources { inputs: &inputs, manifests: &[], settle: SETTLE };
            let error = Watch::over(Watched { sources, transcripts: None, results: input }).unwrap_err();
            assert!(matches!(error, BatchError::NothingToDo { .. }), "{error}");
        });
    }
}
