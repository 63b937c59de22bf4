//! The lines of `passed_over.jsonl`.

use etalon_call::named_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One line of `passed_over.jsonl`: a file of an input that was not taken for a recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PassedOver {
    /// The file's path below its input.
    pub source: String,
    /// Why.
    pub reason: PassedOverReason,
    /// What it is instead, where that is known: the name of its format, for instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

named_enum! {
    /// Why a file was not taken for a recording.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum PassedOverReason {
        /// It holds sound that is not decoded here, or nobody knows what.
        UnknownFormat = "unknown_format",
        /// It is a table, a text, a picture: no recording.
        NoRecording = "no_recording",
        /// It is an archive, which may hold recordings.
        Archive = "archive",
        /// It is still being written; the next run takes it.
        Growing = "growing",
        /// The file of the other side is still being written; the next run takes both.
        OtherSideGrowing = "other_side_growing",
        /// Its name is that of a copy or download that is not finished.
        UnfinishedCopy = "unfinished_copy",
        /// Its name begins with a dot.
        Hidden = "hidden",
        /// It holds what macOS keeps beside a file on a foreign disk.
        AppleDouble = "apple_double",
        /// It is a link that leads nowhere.
        DanglingLink = "dangling_link",
        /// It is a link whose goal may not be looked at.
        ForbiddenLink = "forbidden_link",
        /// It is a link that leads back to where it lies.
        LinkLoop = "link_loop",
        /// It is another way to a file or folder that is taken.
        SameFile = "same_file",
        /// It is a pipe, a socket or a device.
        SpecialFile = "special_file",
        /// It is a result folder of etalon.
        ResultFolder = "result_folder",
    }
}

impl PassedOverReason {
    /// Whether the file could have been meant as a recording, or hold some. What lies beside
    /// recordings as a matter of course, such as manifests and transcripts, could not.
    pub fn may_cost_a_recording(self) -> bool {
        self != Self::NoRecording
    }

    /// The reason for people, as it follows a number of files.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::UnknownFormat => "of a format that is not read",
            Self::NoRecording => "no recordings",
            Self::Archive => "archives, which have to be unpacked",
            Self::Growing => "still growing",
            Self::OtherSideGrowing => "whose other side is still growing",
            Self::UnfinishedCopy => "unfinished copies",
            Self::Hidden => "hidden",
            Self::AppleDouble => "of macOS (._*)",
            Self::DanglingLink => "links that lead nowhere",
            Self::ForbiddenLink => "links that may not be followed",
            Self::LinkLoop => "links in a circle",
            Self::SameFile => "links to what is taken anyway",
            Self::SpecialFile => "pipes, sockets or devices",
            Self::ResultFolder => "result folders",
        }
    }
}

/// How many files were passed over for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PassedOverCount {
    /// The reason.
    pub reason: PassedOverReason,
    /// How many files.
    pub files: u32,
}

/// The numbers of files by reason, in the order of the reasons.
pub fn counts_by_reason(passed_over: &[PassedOver]) -> Vec<PassedOverCount> {
    PassedOverReason::ALL
        .into_iter()
        .map(|reason| PassedOverCount {
            reason,
            files: u32::try_from(passed_over.iter().filter(|file| file.reason == reason).count())
                .unwrap_or(u32::MAX),
        })
        .filter(|count| count.files > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_by_reason() {
        let file = |reason| PassedOver { source: "a".to_owned(), reason, detail: None };
        let files = [PassedOverReason::Hidden, PassedOverReason::Growing, PassedOverReason::Hidden].map(file);
        let counts: Vec<(&str, u32)> =
            counts_by_reason(&files).iter().map(|count| (count.reason.name(), count.files)).collect();
        assert_eq!(counts, [("growing", 1), ("hidden", 2)]);
    }
}
