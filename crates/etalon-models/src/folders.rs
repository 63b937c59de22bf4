//! The folders with model files.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folders that are searched for a model of the registry, in this order: `$ETALON_MODELS`, then
/// `etalon/models` in the user's data folder and in the cache folder (XDG Base Directory
/// Specification 0.8).
///
/// A variable that is unset or empty gives no folder. The fallback is `models` in the current
/// folder, so the list is never empty.
pub fn model_folders() -> Vec<PathBuf> {
    folders_from(|variable| std::env::var_os(variable))
}

/// The folder for downloads: `$ETALON_MODELS`, or else `etalon/models` in the user's cache folder.
/// It is one of [`model_folders`].
pub fn download_folder() -> PathBuf {
    download_folder_from(|variable| std::env::var_os(variable))
}

fn download_folder_from(variable: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let told = variable("ETALON_MODELS").filter(|value| !value.is_empty()).map(PathBuf::from);
    told.unwrap_or_else(|| folders_from(variable).pop().unwrap_or_else(|| PathBuf::from("models")))
}

/// The same for any set of variables.
pub(crate) fn folders_from(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let folder = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = folder("HOME");
    let below_home = |path: &str| home.as_ref().map(|home| home.join(path));
    // The specification says to ignore a relative path in its own variables.
    let xdg = |name: &str| folder(name).filter(|path| path.is_absolute());

    let data = xdg("XDG_DATA_HOME").or_else(|| below_home(".local/share"));
    let cache = xdg("XDG_CACHE_HOME").or_else(|| below_home(".cache"));
    let user_folders = [data, cache].into_iter().flatten().map(|path| path.join("etalon").join("models"));
    let mut folders: Vec<PathBuf> = folder("ETALON_MODELS").into_iter().chain(user_folders).collect();
    if folders.is_empty() {
        folders.push(PathBuf::from("models"));
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_give_folders_in_order() {
        let check = |variables: &[(&str, &str)], expected: &[&str]| {
            let found = folders_from(|name| {
                variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
            });
            let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(found, expected, "{variables:?}");
            let download = download_folder_from(|name| {
                variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
            });
            let told = variables.iter().any(|(name, value)| *name == "ETALON_MODELS" && !value.is_empty());
            assert_eq!(
                Some(&download),
                if told { expected.first() } else { expected.last() },
                "{variables:?}"
            );
        };
        check(&[], &["models"]);
        check(&[("ETALON_MODELS", "")], &["models"]);
        check(
            &[("HOME", "/home/a")],
            &["/home/a/.local/share/etalon/models", "/home/a/.cache/etalon/models"],
        );
        check(
            &[("HOME", "/home/a"), ("ETALON_MODELS", "m"), ("XDG_DATA_HOME", "/d"), ("XDG_CACHE_HOME", "c")],
            &["m", "/d/etalon/models", "/home/a/.cache/etalon/models"],
        );
    }
}
