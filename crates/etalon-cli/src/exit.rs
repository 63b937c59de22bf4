//! Exit codes, as the contract has them.

use etalon_batch::{BatchError, ErrorKind};
use etalon_bench::{BenchError, CompareError};
use etalon_forget::ForgetError;
use etalon_pipeline::PipelineError;
use etalon_review::{PeopleError, ReviewError, table::TableError};
use etalon_search::{QueryError, RuleError, SearchError};
use etalon_serve::AccessTokenError;
use etalon_shards::{MergeError, ShardError};
use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done,
    /// Nothing could be done.
    Fatal,
    /// The command line, the configuration or a pack asks for something that can't be done.
    Usage,
    /// Done, but some recordings failed; they are listed.
    SomeFailed,
    /// Done, and a measurement is worse than an earlier one by more than its noise.
    Worse,
    /// Another run is writing into the same folder.
    Locked,
    /// Interrupted; the same command goes on from there.
    Interrupted,
}

impl Exit {
    /// The number of the exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Fatal => 1,
            Self::Usage => 2,
            Self::SomeFailed => 3,
            Self::Worse => 4,
            Self::Locked => 11,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The exit code that an error calls for, whichever crate it comes from.
pub(crate) fn code_of(error: &anyhow::Error) -> Exit {
    let codes = [
        code_where(error, code_of_store),
        code_where(error, code_of_batch),
        code_where(error, code_of_pipeline),
        code_where(error, code_of_report),
        code_where(error, code_of_forget),
        code_where(error, code_of_search),
        code_where(error, code_of_rule),
        code_where(error, code_of_review),
        code_where(error, code_of_shard),
        code_where(error, code_of_merge),
        code_where(error, code_of_bench),
        code_where(error, |_: &QueryError| Exit::Usage),
        code_where(error, |_: &TableError| Exit::Usage),
        code_where(error, |_: &PeopleError| Exit::Usage),
        code_where(error, |_: &AccessTokenError| Exit::Usage),
        code_where(error, |_: &CompareError| Exit::Usage),
    ];
    codes.into_iter().flatten().next().unwrap_or(Exit::Fatal)
}

/// The code for an error of this type; none where it is another one.
fn code_where<E: std::error::Error + Send + Sync + 'static>(
    error: &anyhow::Error,
    code: fn(&E) -> Exit,
) -> Option<Exit> {
    error.downcast_ref::<E>().map(code)
}

fn code_of_batch(error: &BatchError) -> Exit {
    match error {
        BatchError::Store(error) => code_of_store(error),
        error if error.kind() == ErrorKind::Usage => Exit::Usage,
        _ => Exit::Fatal,
    }
}

fn code_of_report(error: &etalon_report::Error) -> Exit {
    if let etalon_report::Error::Store(error) = error { code_of_store(error) } else { Exit::Fatal }
}

fn code_of_forget(error: &ForgetError) -> Exit {
    if let ForgetError::Store(error) = error { code_of_store(error) } else { Exit::Fatal }
}

fn code_of_search(error: &SearchError) -> Exit {
    if let SearchError::Store(error) = error { code_of_store(error) } else { Exit::Fatal }
}

/// A query that can't be a rule is the user's.
fn code_of_rule(error: &RuleError) -> Exit {
    of_usage(!matches!(error, RuleError::Search(_)))
}

/// A person may not do something, or has no name.
fn code_of_review(error: &ReviewError) -> Exit {
    of_usage(matches!(error, ReviewError::Refused(_) | ReviewError::NoName))
}

fn code_of_shard(error: &ShardError) -> Exit {
    match error {
        ShardError::Store(error) => code_of_store(error),
        ShardError::Batch(error) => code_of_batch(error),
        ShardError::Stopped => Exit::Interrupted,
        error => of_usage(error.is_usage()),
    }
}

fn code_of_merge(error: &MergeError) -> Exit {
    match error {
        MergeError::Store(error) => code_of_store(error),
        MergeError::Batch(error) => code_of_batch(error),
        error => of_usage(error.is_usage()),
    }
}

fn code_of_bench(error: &BenchError) -> Exit {
    match error {
        BenchError::Stopped => Exit::Interrupted,
        error => of_usage(error.is_permanent()),
    }
}

fn of_usage(is_usage: bool) -> Exit {
    if is_usage { Exit::Usage } else { Exit::Fatal }
}

fn code_of_store(error: &etalon_store::Error) -> Exit {
    match error.kind() {
        etalon_store::ErrorKind::Locked => Exit::Locked,
        etalon_store::ErrorKind::Missing => Exit::Usage,
        _ => Exit::Fatal,
    }
}

fn code_of_pipeline(error: &PipelineError) -> Exit {
    of_usage(error.is_setting())
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_batch::manifest::ManifestError;
    use etalon_batch::{ConfigError, WorkerStartError};
    use std::path::PathBuf;

    fn check(error: impl Into<anyhow::Error>, expected: Exit) {
        let error = error.into();
        assert_eq!(code_of(&error), expected, "{error:?}");
        // What was going on, said on top of the error, changes nothing.
        assert_eq!(code_of(&error.context("while working")), expected);
    }

    fn locked() -> etalon_store::Error {
        etalon_store::Error::Locked { path: "out".into() }
    }

    fn missing() -> etalon_store::Error {
        etalon_store::Error::Missing { path: "out".into() }
    }

    fn unwritable() -> etalon_store::Error {
        let source = std::io::ErrorKind::PermissionDenied.into();
        etalon_store::Error::Io { action: "write", path: "out".into(), source }
    }

    fn language() -> PipelineError {
        PipelineError::Recognizer(etalon_asr::AsrError::Language { code: "klingon".to_owned() })
    }

    fn refused(kind: ErrorKind) -> BatchError {
        BatchError::WorkerRefused { kind, permanent: true, message: "no memory".to_owned() }
    }

    fn pack() -> PipelineError {
        PipelineError::UnknownPack { name: "servise".to_owned(), built_in: "service".to_owned() }
    }

    #[test]
    fn a_folder_in_use_is_told_from_a_folder_without_results() {
        check(locked(), Exit::Locked);
        check(BatchError::from(locked()), Exit::Locked);
        check(etalon_report::Error::from(locked()), Exit::Locked);
        check(missing(), Exit::Usage);
        check(etalon_report::Error::from(missing()), Exit::Usage);
        check(unwritable(), Exit::Fatal);
        check(BatchError::from(unwritable()), Exit::Fatal);
    }

    #[test]
    fn what_the_user_has_to_correct_is_a_usage_error() {
        let (path, detail) = (PathBuf::from("night.csv"), "is a letter".to_owned());
        check(BatchError::Manifest { path: path.clone(), error: ManifestError::NoPath }, Exit::Usage);
        check(BatchError::Config { path: path.clone(), error: ConfigError::NoLanguage }, Exit::Usage);
        check(BatchError::Ledger(etalon_store::LedgerError::NoLedger { path, detail }), Exit::Usage);
        check(BatchError::NothingToDo { failures: Vec::new() }, Exit::Usage);
        check(BatchError::Setting(ConfigError::NoLanguage), Exit::Usage);
        check(refused(ErrorKind::Usage), Exit::Usage);
        check(language(), Exit::Usage);
        check(BatchError::from(language()), Exit::Usage);
        check(BatchError::from(pack()), Exit::Usage);
    }

    #[test]
    fn a_shard_that_can_not_be_run_is_told_from_one_that_was_stopped() {
        let unfinished = MergeError::Unfinished { path: "shard-1".into(), shard: 1 };
        check(ShardError::NoShard { shards: 3 }, Exit::Usage);
        check(ShardError::CutShort { path: "night.plan".into() }, Exit::Usage);
        for (kind, expected) in
            [(std::io::ErrorKind::NotFound, Exit::Usage), (std::io::ErrorKind::TimedOut, Exit::Fatal)]
        {
            let path = "night.plan".into();
            check(ShardError::Io { path, action: "read", error: kind.into() }, expected);
        }
        check(ShardError::Stopped, Exit::Interrupted);
        check(ShardError::from(locked()), Exit::Locked);
        check(ShardError::from(BatchError::NothingToDo { failures: Vec::new() }), Exit::Usage);
        check(unfinished, Exit::Usage);
        check(MergeError::from(missing()), Exit::Usage);
        check(MergeError::from(BatchError::from(unwritable())), Exit::Fatal);
    }

    #[test]
    fn a_query_is_the_users_and_its_index_is_not() {
        check("\"".parse::<etalon_search::Query>().unwrap_err(), Exit::Usage);
        check(RuleError::NearPhrase, Exit::Usage);
        check(SearchError::from(missing()), Exit::Usage);
        check(SearchError::Damaged { path: "out/search.sqlite".into() }, Exit::Fatal);
    }

    #[test]
    fn a_measurement_that_can_not_be_made_is_told_from_one_that_was_stopped() {
        check(BenchError::Stopped, Exit::Interrupted);
        check(BenchError::NoRecording { path: "in".into() }, Exit::Usage);
        check(BenchError::NothingDone { failed: 3 }, Exit::Fatal);
        check(CompareError::TooFewRepetitions { which: "new", repetitions: 1, needed: 3 }, Exit::Usage);
    }

    #[test]
    fn what_nobody_asked_for_is_fatal() {
        check(BatchError::WorkerStart(WorkerStartError::EndsIdle), Exit::Fatal);
        check(refused(ErrorKind::Machine), Exit::Fatal);
        check(anyhow::anyhow!("the first stored call vanished"), Exit::Fatal);
        let model = etalon_asr::AsrError::Prompt { detail: "odd".to_owned() };
        check(PipelineError::Recognizer(model), Exit::Fatal);
    }

    #[test]
    fn codes_are_those_of_the_contract() {
        for (exit, expected) in [
            (Exit::Done, 0),
            (Exit::Fatal, 1),
            (Exit::Usage, 2),
            (Exit::SomeFailed, 3),
            (Exit::Worse, 4),
            (Exit::Locked, 11),
            (Exit::Interrupted, 130),
        ] {
            assert_eq!(ExitCode::from(exit), ExitCode::from(expected), "{exit:?}");
        }
    }
}
