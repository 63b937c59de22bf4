//! What a later etalon wrote is left as it is, and whoever runs this one is told what to do.

use crate::harness::{Ended, Run, Workspace, contents, ended, etalon, files_below, sample};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder with one call, of which one file was written by a later version.
fn rewritten(workspace: &Workspace, is_it: impl Fn(&Path) -> bool, schema: &str) -> PathBuf {
    Run::over(sample("01-proper-hold"), workspace.out()).without_asr().succeeded();
    let file = files_below(&workspace.out()).into_iter().find(|path| is_it(path)).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let later = text.replacen(&format!("{schema}/1"), &format!("{schema}/2"), 1);
    assert_ne!(later, text);
    fs::write(&file, later).unwrap();
    workspace.out()
}

fn is_refused(ended: &Ended) {
    assert!(ended.code == 1 && ended.stderr.contains("; update etalon"), "{} {}", ended.code, ended.stderr);
}

fn commands(folder: &Path) -> [Ended; 3] {
    [
        Run::over(sample("01-proper-hold"), folder).without_asr().ended(),
        ended(etalon().arg("report").arg(folder)),
        ended(etalon().arg("score").arg(folder)),
    ]
}

#[test]
fn a_call_of_a_later_version_is_not_made_anew() {
    let workspace = Workspace::new();
    let is_call = |path: &Path| {
        path.extension().is_some_and(|extension| extension == "json")
            && path.components().any(|part| part.as_os_str() == "calls")
    };
    let folder = rewritten(&workspace, is_call, "etalon.call");
    let call = |contents: Vec<(PathBuf, Vec<u8>)>| contents.into_iter().find(|(path, _)| is_call(path));
    let before = call(contents(&folder));
    commands(&folder).iter().for_each(is_refused);
    assert_eq!(call(contents(&folder)), before);
}

#[test]
fn a_folder_of_a_later_run_is_not_touched() {
    let workspace = Workspace::new();
    let folder = rewritten(&workspace, |path| path.ends_with("run.json"), "etalon.run");
    let before = contents(&folder);
    commands(&folder).iter().for_each(is_refused);
    assert_eq!(contents(&folder), before);
}
