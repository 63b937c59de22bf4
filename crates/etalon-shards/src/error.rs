//! What is wrong with a plan, a shard, or shards that are to be merged.

use etalon_batch::BatchError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// What keeps a plan from being made, or a shard from being worked through.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// Nobody says which shard this machine works through.
    #[error(
        "nobody says which shard this is: give --shard I/{shards}, or run it as a task of a Slurm array \
         (SLURM_ARRAY_TASK_ID) or of a Kubernetes Indexed Job (JOB_COMPLETION_INDEX)"
    )]
    NoShard {
        /// How many shards the plan has.
        shards: u32,
    },
    /// A variable of the scheduler is not there.
    #[error("{name} is not set, though the scheduler set others of its kind; give --shard I/N")]
    VariableMissing {
        /// The variable.
        name: &'static str,
    },
    /// A variable of the scheduler is no number.
    #[error("{name} is not a number from 0 up; give --shard I/N")]
    NotANumber {
        /// The variable.
        name: &'static str,
    },
    /// The array was submitted with another number of tasks.
    #[error(
        "the array has {tasks} tasks and the plan {shards} shards; submit all with --array=1-{shards}, or name the \
         shard with --shard \"$SLURM_ARRAY_TASK_ID/{shards}\" where only some tasks are submitted again"
    )]
    OtherArray {
        /// Tasks of the array.
        tasks: i64,
        /// Shards of the plan.
        shards: u32,
    },
    /// A shard out of another number of shards was asked for.
    #[error("a shard out of {asked} was asked for, and the plan has {shards}; give --shard I/{shards}")]
    OtherCount {
        /// How many shards there are according to whoever asked.
        asked: u32,
        /// Shards of the plan.
        shards: u32,
    },
    /// The scheduler counts further than the plan.
    #[error("{shard} is none of the plan's {shards} shards; submit as many tasks as the plan has shards")]
    OutOfRange {
        /// The shard that would be meant.
        shard: i64,
        /// Shards of the plan.
        shards: u32,
    },
    /// The plan's file can't be read or written.
    #[error("{path}: the plan can't be {action}: {error}", path = path.display())]
    Io {
        /// The plan's file.
        path: PathBuf,
        /// What was being done: read or written.
        action: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// The plan is no file.
    #[error("{path} is no file; name the file that `etalon plan` has written", path = path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// The file is no plan.
    #[error("{path}: line {line} is not that of a plan; make one with `etalon plan`", path = path.display())]
    NotAPlan {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Another version made the plan.
    #[error(
        "{path}: the plan is of schema {found}, and this etalon knows {known}; make it with the etalon that runs it",
        path = path.display(), known = crate::PLAN_SCHEMA
    )]
    OtherSchema {
        /// The plan's file.
        path: PathBuf,
        /// Its schema.
        found: String,
    },
    /// The plan has fewer lines than it says.
    #[error("{path}: the plan is cut short; copy it again, or make a new one", path = path.display())]
    CutShort {
        /// The plan's file.
        path: PathBuf,
    },
    /// The plan's lines are not those that its first line announces.
    #[error(
        "{path}: the plan was edited: recordings are in other shards than its first line says; make a new one with \
         `etalon plan`",
        path = path.display()
    )]
    Edited {
        /// The plan's file.
        path: PathBuf,
    },
    /// The plan was made with other facts about the recordings.
    #[error(
        "{path}: the plan was made with another configuration: [call], [file_name], [manifest] or [[sides]] differ; \
         give both commands the same --config, or make a new plan",
        path = path.display()
    )]
    OtherFacts {
        /// The plan's file.
        path: PathBuf,
    },
    /// The result folder holds something else than this shard.
    #[error(
        "{path} holds results of another shard, plan or run; give each shard of each plan a folder of its own",
        path = path.display()
    )]
    FolderOfAnother {
        /// The result folder.
        path: PathBuf,
    },
    /// Planning was stopped.
    #[error("stopped before the plan was made; nothing was written")]
    Stopped,
    /// The inputs can't be taken in.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The result folder can't be read.
    #[error(transparent)]
    Store(#[from] etalon_store::Error),
}

impl ShardError {
    /// Whether the command line, the plan, or a file that they name has to be corrected.
    pub fn is_usage(&self) -> bool {
        match self {
            // Nothing is there to be read; any other refusal of the system may be over soon.
            Self::Io { action, error, .. } => *action == "read" && is_not_there(error),
            Self::Stopped | Self::Batch(_) | Self::Store(_) => false,
            Self::NoShard { .. }
            | Self::VariableMissing { .. }
            | Self::NotANumber { .. }
            | Self::OtherArray { .. }
            | Self::OtherCount { .. }
            | Self::OutOfRange { .. }
            | Self::NotAFile { .. }
            | Self::NotAPlan { .. }
            | Self::OtherSchema { .. }
            | Self::CutShort { .. }
            | Self::Edited { .. }
            | Self::OtherFacts { .. }
            | Self::FolderOfAnother { .. } => true,
        }
    }

    /// Whether the same command would fail again without somebody changing something first.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Io { .. } | Self::Stopped => self.is_usage(),
            Self::Batch(error) => error.is_permanent(),
            Self::Store(error) => error.is_permanent(),
            _ => true,
        }
    }
}

/// Whether the system says that there is no such file, or that it may not be read.
fn is_not_there(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    matches!(error.kind(), NotFound | NotADirectory | PermissionDenied)
}

/// Why shards can't be merged.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// A folder is not that of a shard.
    #[error(
        "{path} is not the result folder of a shard; `etalon run --plan PLAN --shard I/N --out DIR` makes one",
        path = path.display()
    )]
    NotAShard {
        /// The folder.
        path: PathBuf,
    },
    /// A shard is not worked through.
    #[error("{path}: shard {shard} is not finished; run it again, it goes on from there", path = path.display())]
    Unfinished {
        /// The shard's folder.
        path: PathBuf,
        /// The shard.
        shard: u32,
    },
    /// Two folders are of two plans.
    #[error("{one} and {other} are shards of different plans; merge those of one plan", one = one.display(), other = other.display())]
    OtherPlan {
        /// A folder.
        one: PathBuf,
        /// A folder of another plan.
        other: PathBuf,
    },
    /// Two folders are of the same shard.
    #[error("{one} and {other} are both shard {shard}; name one of them", one = one.display(), other = other.display())]
    ShardTwice {
        /// The shard.
        shard: u32,
        /// A folder of it.
        one: PathBuf,
        /// Another one.
        other: PathBuf,
    },
    /// Shards of the plan are not there.
    #[error("{}", missing_shards(missing, *shards))]
    MissingShards {
        /// The shards that no folder holds.
        missing: Vec<u32>,
        /// How many the plan has.
        shards: u32,
    },
    /// Shards were made in different ways, so that no single run could have made both.
    #[error(
        "{one} and {other} differ in their {difference}; run the one that is not as it should be again, into a new folder",
        one = one.display(), other = other.display()
    )]
    Differ {
        /// In what.
        difference: Difference,
        /// A folder.
        one: PathBuf,
        /// A folder that differs from it.
        other: PathBuf,
    },
    /// Calls of a shard were judged by other packs than its run used.
    #[error(
        "{path}: {calls} calls were judged by other packs than those of the shard's run, {example} for one, as \
         `etalon score` does; run the shard again (what was heard stays), or into a new folder if that does not mend \
         it, and score the merged folder",
        path = path.display()
    )]
    JudgedOtherwise {
        /// The shard's folder.
        path: PathBuf,
        /// How many.
        calls: usize,
        /// The id of one of them.
        example: String,
    },
    /// Shards are of another version than the program that merges them.
    #[error(
        "{path} was made by etalon {found}, and this is {this}; merge with the version that ran the shards",
        path = path.display()
    )]
    OtherVersion {
        /// The shard's folder.
        path: PathBuf,
        /// Its version.
        found: String,
        /// This version.
        this: &'static str,
    },
    /// A call is stored in two shards.
    #[error(
        "{calls} calls are in {one} and in {other} as well, {example} for one; a plan has each call once, so somebody \
         copied files: run these shards again into new folders",
        one = one.display(), other = other.display()
    )]
    InTwoShards {
        /// How many.
        calls: usize,
        /// The id of one of them.
        example: String,
        /// A folder.
        one: PathBuf,
        /// The other folder.
        other: PathBuf,
    },
    /// A shard's folder holds calls that are not the shard's.
    #[error(
        "{path} holds {calls} calls that its run did not find among its recordings, {example} for one; run the shard \
         into a new folder",
        path = path.display()
    )]
    ForeignCalls {
        /// The shard's folder.
        path: PathBuf,
        /// How many.
        calls: usize,
        /// The id of one of them.
        example: String,
    },
    /// A shard's folder has lost calls.
    #[error(
        "{path} holds {found} calls, and its run ended with {expected}; copy the folder again, or run the shard again",
        path = path.display()
    )]
    LostCalls {
        /// The shard's folder.
        path: PathBuf,
        /// Calls that are there.
        found: usize,
        /// Calls that the run left.
        expected: usize,
    },
    /// People said something of a call in a shard's folder, and something else in the folder for the
    /// whole.
    #[error(
        "{path}: what people said of {calls} calls goes on in another way in {whole}, {example} for one; merge into a \
         new folder, and take the other reviews over by `etalon reviews export` and `import`",
        path = path.display(), whole = whole.display()
    )]
    OtherReviews {
        /// The shard's folder.
        path: PathBuf,
        /// The folder for the whole.
        whole: PathBuf,
        /// How many calls.
        calls: usize,
        /// The id of one of them.
        example: String,
    },
    /// The folder for the whole holds something else.
    #[error("{path} holds other results already; merge into a new folder", path = path.display())]
    FolderOfAnother {
        /// The folder.
        path: PathBuf,
    },
    /// A pack can't be loaded, or the calls can't be read.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// What people said of calls can't be read or written.
    #[error(transparent)]
    Reviews(#[from] etalon_review::StoreError),
    /// A folder can't be read or written.
    #[error(transparent)]
    Store(#[from] etalon_store::Error),
}

/// In what two shards differ that no two shards of one run may differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// The version of etalon.
    Version,
    /// The speech model.
    Model,
    /// What computed the speech model: the engine, or the instruction sets of the processor.
    Engine,
    /// The rule packs.
    Packs,
    /// Limits, or whether transcripts were read.
    Settings,
    /// Something else that the results depend on.
    Fingerprint,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Version => "version of etalon",
            Self::Model => "speech model",
            Self::Engine => "engine or instruction set (ETALON_SIMD=avx2 makes it the same on all machines)",
            Self::Packs => "rule packs",
            Self::Settings => "limits or transcripts (--max-seconds, --max-bytes, --transcripts, [transcripts] missing)",
            Self::Fingerprint => {
                "configuration, program or instruction set (ETALON_SIMD=avx2 makes the last the same on all machines)"
            }
        })
    }
}

impl MergeError {
    /// Whether the command line has to be corrected, or a shard made again.
    pub fn is_usage(&self) -> bool {
        !matches!(self, Self::Batch(_) | Self::Reviews(_) | Self::Store(_))
    }

    /// Whether the same command would fail again without somebody changing something first.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Batch(error) => error.is_permanent(),
            Self::Store(error) => error.is_permanent(),
            Self::Reviews(error) => error.is_permanent(),
            _ => true,
        }
    }
}

/// The shards that are missing, each run of numbers as one range, as Slurm's --array takes them.
fn missing_shards(missing: &[u32], shards: u32) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &shard in missing {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == shard => *last = shard,
            _ => ranges.push((shard, shard)),
        }
    }
    let named: Vec<String> = ranges
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    format!(
        "{} of the plan's {shards} shards are missing: {}; run them, or name their folders",
        missing.len(),
        named.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_shards_are_told_in_ranges() {
        let error = MergeError::MissingShards { missing: vec![1, 2, 3, 7, 9, 10], shards: 12 };
        let expected = "6 of the plan's 12 shards are missing: 1-3,7,9-10; run them, or name their folders";
        assert_eq!(error.to_string(), expected);
    }
}
