//! Why a review can't be stored or read.

use crate::answer::AnswerError;
use crate::permission::{Action, Refusal};
use crate::sheet_state::SheetState;
use std::path::{Path, PathBuf};

/// Why a change is not taken. Nothing of it is stored then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The person may not do it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else was faster.
    #[error(
        "somebody has changed it meanwhile (seen: {expected}, now: {found}); read it again and repeat what is still right"
    )]
    Conflict {
        /// The sequence that the person had seen.
        expected: u32,
        /// The sequence now.
        found: u32,
    },
    /// The sheet is in a state in which it can't be done.
    #[error("a sheet can't {action} while it is {state}", action = after_can(*.action), state = .state.name())]
    NotInThisState {
        /// What was to be done.
        action: Action,
        /// How far the sheet is.
        state: SheetState,
    },
    /// An answer can't be taken.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// There is nothing to share.
    #[error("the sheet has no answers; answer at least one rule first")]
    NothingAnswered,
    /// A dispute or a decision does not say why.
    #[error("a comment has to say why: {} needs one", .action.name())]
    ReasonMissing {
        /// What was to be done.
        action: Action,
    },
    /// The sheet has no answer to this rule.
    #[error("the sheet has no answer to that rule; choose one of its answers")]
    NoSuchAnswer,
    /// A correction is no part of a sheet, and a sheet's change no correction.
    #[error("a correction belongs to the call and not to a sheet")]
    NoPartOfASheet,
    /// A correction changes nothing that can be changed.
    #[error("the correction is empty or too long; name a word or a speaker of the call")]
    NoCorrection,
    /// The reviewer's name can't be one.
    #[error("the reviewer's name is empty or too long; name the person as people.toml does")]
    NoName,
    /// The call's id can't be one.
    #[error("the call's id is empty or too long; name a call of this folder")]
    NoCall,
    /// The file refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn after_can(action: Action) -> &'static str {
    match action {
        Action::Answer => "be answered",
        Action::Share => "be shared",
        Action::Acknowledge => "be acknowledged",
        Action::Dispute => "be disputed",
        Action::Resolve => "be resolved",
        Action::Close => "be closed",
        _ => "be changed",
    }
}

/// What went wrong with the file of reviews. What was stored before is not touched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system refused.
    #[error("`{}` can't be opened: {source}; check the path and its permissions", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The disk is full.
    #[error("`{}` can't grow: the disk is full; free space and save again", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file can't be written.
    #[error("`{}` can't be written; give the user of this program the right to write it and its folder", .path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Another program holds the file for too long.
    #[error("`{}` is held by another program; save again", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error("`{}` is no file of reviews; move it away, or name another folder", .path.display())]
    NoReviews {
        /// The file.
        path: PathBuf,
    },
    /// A later etalon wrote the file.
    #[error("`{}` is of version {found}, and this etalon knows versions up to {known}; update etalon", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's version.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
    /// The file is damaged.
    #[error("`{}` is damaged ({detail}); put its last backup in its place", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and in what way, without content.
        detail: String,
    },
    /// Something else.
    #[error("`{}`: {source}", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What `SQLite` says.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Whether the same would fail again without somebody changing something first.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Busy { .. } | Self::Full { .. })
    }

    pub(crate) fn of(path: &Path) -> impl FnOnce(rusqlite::Error) -> Self {
        let path = path.to_owned();
        move |source| {
            use rusqlite::ErrorCode;
            match source.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Self::Full { path },
                Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
                Some(ErrorCode::NotADatabase) => Self::NoReviews { path },
                Some(ErrorCode::DatabaseCorrupt) => {
                    Self::Damaged { path, detail: "its pages contradict each other".to_owned() }
                }
                _ => Self::Database { path, source },
            }
        }
    }
}
