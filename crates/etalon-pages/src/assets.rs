//! The style and the script of the pages: one file each, the same for every page.
//!
//! The script is a classic one, not a module, because browsers refuse to load modules from a disk.

/// The path of the style below the report's folder.
pub const STYLE_PATH: &str = "assets/etalon.css";

/// The path of the script below the report's folder.
pub const SCRIPT_PATH: &str = "assets/etalon.js";

/// The style.
pub const STYLE: &str = include_str!("../assets/etalon.css");

/// The script.
pub const SCRIPT: &str = concat!(
    include_str!("../assets/common.js"),
    include_str!("../assets/call.js"),
    include_str!("../assets/review.js"),
    include_str!("../assets/list.js"),
    include_str!("../assets/trial.js"),
);
