//! Detection of the processor's instruction sets.

use std::fmt;
use std::sync::OnceLock;

/// An instruction set that this processor has.
///
/// Only detection creates one, so its holder may run code for it: kernels need no further check.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Backend(Level);

/// The instruction sets. Within one kind of processor each includes the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Level {
    Scalar,
    Neon,
    Avx2,
    Avx512Core,
    Avx512Vnni,
    Avx512,
}

/// The registers that the kernels of a [`Backend`] compute in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registers {
    /// The registers of the build target.
    Portable,
    /// 128-bit registers of ARM64.
    Neon,
    /// 256-bit registers of x86-64, with FMA and POPCNT.
    Avx2,
    /// 512-bit registers of x86-64: AVX-512 F, BW and VL, and all that [`Registers::Avx2`] has.
    Avx512,
}

/// All levels, from the simplest to the preferred one.
const LEVELS: [Level; 6] =
    [Level::Scalar, Level::Neon, Level::Avx2, Level::Avx512Core, Level::Avx512Vnni, Level::Avx512];

impl Backend {
    /// The simplest set, which every processor has: the reference for the others.
    pub const SCALAR: Self = Self(Level::Scalar);

    /// The sets that this processor has, the simplest first.
    pub fn available() -> impl DoubleEndedIterator<Item = Self> {
        LEVELS.into_iter().filter(|level| level.is_there()).map(Self)
    }

    /// The set in use: the one that `ETALON_SIMD` names, or the widest. It is detected once.
    pub fn in_use() -> Self {
        static IN_USE: OnceLock<Backend> = OnceLock::new();
        *IN_USE.get_or_init(|| Self::chosen(std::env::var("ETALON_SIMD").ok().as_deref()))
    }

    fn chosen(forced: Option<&str>) -> Self {
        let named = Self::available().find(|backend| forced == Some(backend.name()));
        named.or(Self::available().next_back()).unwrap_or(Self::SCALAR)
    }

    /// The name for `ETALON_SIMD`. Backends may differ in the rounding of bf16 products; all other
    /// results are equal.
    pub fn name(self) -> &'static str {
        match self.0 {
            Level::Scalar => "scalar",
            Level::Neon => "neon",
            Level::Avx2 => "avx2",
            Level::Avx512Core => "avx512-core",
            Level::Avx512Vnni => "avx512-vnni",
            Level::Avx512 => "avx512",
        }
    }

    /// The registers that its kernels compute in.
    pub fn registers(self) -> Registers {
        match self.0 {
            Level::Scalar => Registers::Portable,
            Level::Neon => Registers::Neon,
            Level::Avx2 => Registers::Avx2,
            Level::Avx512Core | Level::Avx512Vnni | Level::Avx512 => Registers::Avx512,
        }
    }

    /// Whether it has AVX-512 VNNI, which sums products of bytes.
    pub fn has_vnni(self) -> bool {
        matches!(self.0, Level::Avx512Vnni | Level::Avx512)
    }

    /// Whether it has AVX-512 BF16, which sums products of bf16.
    pub fn has_bf16(self) -> bool {
        matches!(self.0, Level::Avx512)
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Level {
    /// Whether this processor has the instructions.
    #[cfg(target_arch = "x86_64")]
    fn is_there(self) -> bool {
        match self {
            Self::Scalar => true,
            Self::Neon => false,
            Self::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("fma")
                    && is_x86_feature_detected!("popcnt")
            }
            Self::Avx512Core => {
                Self::Avx2.is_there()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
            }
            Self::Avx512Vnni => Self::Avx512Core.is_there() && is_x86_feature_detected!("avx512vnni"),
            Self::Avx512 => Self::Avx512Vnni.is_there() && is_x86_feature_detected!("avx512bf16"),
        }
    }

    /// Whether this processor has the instructions: every ARM64 processor has NEON.
    #[cfg(not(target_arch = "x86_64"))]
    fn is_there(self) -> bool {
        match self {
            Self::Scalar => true,
            Self::Neon => cfg!(target_arch = "aarch64"),
            Self::Avx2 | Self::Avx512Core | Self::Avx512Vnni | Self::Avx512 => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_is_forced_by_name_where_the_processor_has_it() {
        let widest = Backend::available().next_back();
        let check = |forced: Option<&str>, expected: Option<Backend>| {
            assert_eq!(Some(Backend::chosen(forced)), expected.or(widest), "{forced:?}");
        };
        for forced in [None, Some(""), Some("swim"), Some("AVX2")] {
            check(forced, None);
        }
        for level in LEVELS {
            let backend = Backend(level);
            check(Some(backend.name()), Some(backend).filter(|_| level.is_there()));
        }
    }

    #[test]
    fn what_is_available_begins_with_the_plainest() {
        let available: Vec<Backend> = Backend::available().collect();
        assert_eq!(available.first(), Some(&Backend::SCALAR));
        let names: std::collections::BTreeSet<&str> = LEVELS.map(|level| Backend(level).name()).into();
        assert_eq!(names.len(), LEVELS.len());
        for backend in available {
            assert!(!backend.has_bf16() || backend.has_vnni(), "{backend:?}");
            assert!(!backend.has_vnni() || backend.registers() == Registers::Avx512, "{backend:?}");
        }
    }
}
