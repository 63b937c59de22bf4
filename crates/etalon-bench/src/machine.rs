//! What was measured on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machine that was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Machine {
    /// The processor, as the system names it.
    pub processor: String,
    /// Processors that the program may use.
    pub processors: u32,
    /// Memory of the machine, bytes; null where the system does not say.
    pub memory_bytes: Option<u64>,
}

impl Machine {
    /// The machine that this program runs on.
    pub fn this() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            processor: value_of(&read("/proc/cpuinfo"), "model name")
                .unwrap_or(std::env::consts::ARCH)
                .to_owned(),
            processors: u32::try_from(processors).unwrap_or(u32::MAX),
            memory_bytes: kilobytes_of(&read("/proc/meminfo"), "MemTotal"),
        }
    }
}

/// What stands behind the colon of the first line with this name.
pub(crate) fn value_of<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(known, _)| known.trim() == name)
        .map(|(_, value)| value.trim())
}

/// A line of kilobytes, as the files of `/proc` have it, in bytes.
pub(crate) fn kilobytes_of(text: &str, name: &str) -> Option<u64> {
    let kilobytes: u64 = value_of(text, name)?.strip_suffix("kB")?.trim_end().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_system_are_read_by_their_names() {
        let text = "VmPeak:\t  99 kB\nmodel name\t: EPYC: 9\nVmHWM:\t   12 kB\nVmHWM:\t 13 kB\nodd\n";
        for (name, expected) in [("model name", Some("EPYC: 9")), ("VmHWM", Some("12 kB")), ("none", None)] {
            assert_eq!(value_of(text, name), expected, "{name}");
        }
        assert_eq!(kilobytes_of(text, "VmHWM"), Some(12 * 1024));
        assert_eq!(kilobytes_of(text, "model name"), None);
    }
}
