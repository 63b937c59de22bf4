//! One spelling for each value of an enum in files, columns, databases and on the command line.

/// The error for a name that no value of an enum has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownName {
    /// The valid names, in order of declaration.
    pub known: &'static [&'static str],
}

impl std::fmt::Display for UnknownName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "should be {}", alternatives(self.known))
    }
}

impl std::error::Error for UnknownName {}

/// The names as alternatives: `a, b or c`.
pub fn alternatives(names: &[&str]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Declares an enum whose every value has one name.
///
/// The name is written beside the variant, as in `AgentLeft = "agent_left"`, and nowhere else:
/// `name()`, `FromStr`, serde and the JSON Schema use it. The enum must derive `Clone`, `Copy`,
/// `Serialize` and `Deserialize`.
#[macro_export]
macro_rules! named_enum {
    (
        $(#[$of_enum:meta])*
        pub enum $Enum:ident {
            $($(#[$of_variant:meta])* $Variant:ident = $name:literal,)+
        }
    ) => {
        $(#[$of_enum])*
        pub enum $Enum {
            $($(#[$of_variant])* #[serde(rename = $name)] $Variant,)+
        }

        impl $Enum {
            /// The name of every value, in order of declaration.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// Every value, in order of declaration.
            pub const ALL: [Self; Self::NAMES.len()] = [$(Self::$Variant),+];

            /// The name used in files and on the command line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }
        }

        impl ::std::str::FromStr for $Enum {
            type Err = $crate::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $($name => Ok(Self::$Variant),)+
                    _ => Err($crate::UnknownName { known: Self::NAMES }),
                }
            }
        }
    };
}
