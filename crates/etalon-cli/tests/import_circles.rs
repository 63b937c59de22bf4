//! No module of any crate imports, directly or through others, a module that imports it.
//!
//! The test reads the paths that begin with `crate::`, `super::` or `self::` in every file below `src`, outside of tests. A
//! path counts for the deepest module that it names. That a module declares a child is no import.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module by its names below the crate's root.
type Module = Vec<String>;

/// The modules that each module imports.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn module_of(file: &Path, root: &Path) -> Module {
    let below = file.strip_prefix(root).unwrap().with_extension("");
    let mut names: Module = below.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
    if names.last().is_some_and(|last| ["lib", "main", "mod"].contains(&last.as_str())) {
        names.pop();
    }
    names
}

/// The source without its tests and comments.
fn code_of(source: &str) -> String {
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The paths that follow `prefix::` in the code, each part of a list by itself.
fn paths_after<'c>(code: &'c str, prefix: &str) -> Vec<Vec<&'c str>> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let places = code
        .match_indices(prefix)
        .filter(|(place, _)| !code[..*place].ends_with(|before: char| is_name(before) || before == ':'));
    let mut paths = Vec::new();
    for (place, _) in places {
        let rest = &code[place + prefix.len()..];
        let (stem, list) = match rest.find(|letter: char| !is_name(letter) && letter != ':') {
            Some(end) if rest[end..].starts_with('{') => {
                (&rest[..end], rest[end + 1..].split('}').next().unwrap_or_default())
            }
            Some(end) => (&rest[..end], ""),
            None => (rest, ""),
        };
        for item in list.split(',') {
            let names = stem.split("::").chain(item.trim().split("::"));
            paths.push(names.filter(|name| !name.is_empty()).collect());
        }
    }
    paths
}

/// The module that a path from `base` leads to.
fn target(base: &[String], path: &[&str], modules: &BTreeSet<Module>) -> Module {
    let mut module = base.to_vec();
    for name in path {
        if *name == "super" {
            module.pop();
            continue;
        }
        let deeper: Module = module.iter().cloned().chain([(*name).to_owned()]).collect();
        if !modules.contains(&deeper) {
            break;
        }
        module = deeper;
    }
    module
}

fn imports_of(root: &Path) -> Imports {
    let files = source_files(root);
    let modules: BTreeSet<Module> = files.iter().map(|file| module_of(file, root)).collect();
    let mut imports = Imports::new();
    for file in &files {
        let module = module_of(file, root);
        let code = code_of(&std::fs::read_to_string(file).unwrap());
        let parent = module.split_last().map_or(&[][..], |(_, parent)| parent);
        let bases: [(&str, &[String]); 3] = [("crate::", &[]), ("super::", parent), ("self::", &module)];
        let imported = imports.entry(module.clone()).or_default();
        for (prefix, base) in bases {
            let targets = paths_after(&code, prefix).into_iter().map(|path| target(base, &path, &modules));
            imported.extend(targets.filter(|target| !target.is_empty() && *target != module));
        }
    }
    imports
}

/// Whether `to` is reached from `from` over one import or more.
fn reaches(from: &Module, to: &Module, imports: &Imports) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        for imported in &imports[module] {
            if imported == to {
                return true;
            }
            if seen.insert(imported) {
                next.push(imported);
            }
        }
    }
    false
}

#[test]
fn no_crate_has_an_import_circle() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut examined = 0;
    for entry in std::fs::read_dir(crates).unwrap() {
        let root = entry.unwrap().path().join("src");
        if !root.is_dir() {
            continue;
        }
        let imports = imports_of(&root);
        examined += imports.values().map(BTreeSet::len).sum::<usize>();
        let in_circle: Vec<String> = imports
            .keys()
            .filter(|module| reaches(module, module, &imports))
            .map(|module| module.join("::"))
            .collect();
        assert!(in_circle.is_empty(), "{}: {in_circle:?} import each other", root.display());
    }
    assert!(examined > 300, "only {examined} imports were found");
}

#[test]
fn a_circle_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, code: &str| std::fs::write(folder.path().join(name), code).unwrap();
    write("lib.rs", "mod one;\nmod other;\nmod third;\n");
    write("one.rs", "use crate::other::{self, Thing};\n");
    write("other.rs", "use crate::third::Third;\n");
    write("third.rs", "// crate::one\n#[cfg(test)]\nmod tests {\n    use crate::one::One;\n}\n");
    let module = |name: &str| vec![name.to_owned()];
    let is_circle = |imports: &Imports| reaches(&module("one"), &module("one"), imports);
    assert!(!is_circle(&imports_of(folder.path())));
    write("third.rs", "fn third() -> crate::one::One {}\n");
    assert!(is_circle(&imports_of(folder.path())));
}
