//! The bill of materials, in the form of CycloneDX 1.5.
//!
//! It lists what is linked into the program or builds it for one system, as cargo resolves it from
//! `Cargo.lock`, and the models inside. What packages bring in C lies inside the packages named;
//! `THIRD-PARTY.md` names it.

use crate::checksums::sha256;
use crate::command::output;
use crate::source::Source;
use anyhow::Context as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The package whose program is released.
const PROGRAM: &str = "etalon-cli";

/// Extensions of the weights that are compiled into the program.
const WEIGHTS: &str = "bin";

/// Writes the bill of materials of the program.
///
/// # Errors
///
/// When cargo can't resolve the packages, or the file can't be written.
pub(crate) fn write(source: &Source, target: &str, out: &Path) -> anyhow::Result<()> {
    let mut cargo = source.cargo();
    cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target]);
    let metadata: Value =
        serde_json::from_str(&output(&mut cargo)?).context("cargo metadata prints no JSON")?;
    let mut components = packages(&metadata)?;
    components.extend(models(&source.root.join("models"))?);
    let bill = bill_of(source, &metadata, &components)?;
    let file = out.join(format!("etalon-{}-{target}.cdx.json", source.version));
    std::fs::write(&file, serde_json::to_string_pretty(&bill)? + "\n")
        .with_context(|| format!("{} can't be written", file.display()))
}

fn bill_of(source: &Source, metadata: &Value, components: &[Value]) -> anyhow::Result<Value> {
    let program = json!({
        "type": "application",
        "bom-ref": reference(PROGRAM, &source.version),
        "name": "etalon",
        "version": format!("{} (rev {})", source.version, source.revision),
        "licenses": [{ "expression": "Apache-2.0" }],
    });
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": program },
        "components": components,
        "dependencies": dependencies(metadata)?,
    }))
}

/// The packages from registries that the program is built from, by name and version.
fn packages(metadata: &Value) -> anyhow::Result<Vec<Value>> {
    let reached = reached(metadata)?;
    let mut components = BTreeMap::new();
    for package in list(metadata, "packages")? {
        let is_reached = reached.contains(text(package, "id")?);
        let (name, version) = (text(package, "name")?, text(package, "version")?);
        if !is_reached || name == PROGRAM {
            continue;
        }
        let reference = reference(name, version);
        let mut component = json!({
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": version,
        });
        if !package["source"].is_null() {
            component["purl"] = reference.clone().into();
        }
        if let Some(licence) = package["license"].as_str() {
            // Old packages separate alternatives by a slash, which is no expression of SPDX.
            component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
        }
        components.insert(reference, component);
    }
    Ok(components.into_values().collect())
}

/// The ids of the packages that the program needs, other than for tests.
fn reached(metadata: &Value) -> anyhow::Result<BTreeSet<&str>> {
    let needs = needs(metadata)?;
    let programs = list(metadata, "packages")?.iter().filter(|package| package["name"] == PROGRAM);
    let mut waiting: Vec<&str> = programs.map(|program| text(program, "id")).collect::<Result<_, _>>()?;
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            waiting.extend(needs.get(id).into_iter().flatten());
        }
    }
    Ok(reached)
}

/// What each package needs, other than for tests, by their ids.
fn needs(metadata: &Value) -> anyhow::Result<BTreeMap<&str, Vec<&str>>> {
    let mut needs = BTreeMap::new();
    for node in list(&metadata["resolve"], "nodes")? {
        let is_needed = |need: &&Value| {
            need["dep_kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"] != "dev"))
        };
        let of_node = list(node, "deps")?.iter().filter(is_needed).map(|need| text(need, "pkg"));
        needs.insert(text(node, "id")?, of_node.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(needs)
}

fn dependencies(metadata: &Value) -> anyhow::Result<Vec<Value>> {
    let mut references = BTreeMap::new();
    for package in list(metadata, "packages")? {
        references.insert(text(package, "id")?, reference(text(package, "name")?, text(package, "version")?));
    }
    let (reached, needs) = (reached(metadata)?, needs(metadata)?);
    let mut dependencies = BTreeMap::new();
    for id in reached {
        let of_package = needs.get(id).into_iter().flatten().filter_map(|need| references.get(need));
        let of_package: BTreeSet<&String> = of_package.collect();
        if let Some(reference) = references.get(id) {
            dependencies.insert(reference.clone(), of_package);
        }
    }
    Ok(dependencies.into_iter().map(|(package, on)| json!({ "ref": package, "dependsOn": on })).collect())
}

/// The weights inside the program.
fn models(folder: &Path) -> anyhow::Result<Vec<Value>> {
    let mut models = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == WEIGHTS) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let model = json!({
                "type": "machine-learning-model",
                "bom-ref": format!("model:{name}"),
                "name": name,
                "hashes": [{ "alg": "SHA-256", "content": sha256(&path)? }],
            });
            models.insert(name, model);
        }
    }
    Ok(models.into_values().collect())
}

fn reference(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{version}")
}

fn list<'v>(value: &'v Value, name: &str) -> anyhow::Result<&'v Vec<Value>> {
    value[name].as_array().with_context(|| format!("cargo metadata tells no list of {name}"))
}

fn text<'v>(value: &'v Value, name: &str) -> anyhow::Result<&'v str> {
    value[name].as_str().with_context(|| format!("cargo metadata tells no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that needs `a`, which needs `b` to build; `c` is for tests, and nobody needs `d`.
    fn metadata() -> Value {
        let package = |name: &str, source: Option<&str>| json!({ "id": name, "name": name, "version": "1.0.0", "source": source, "license": "MIT/Apache-2.0" });
        let node = |name: &str, needs: &[(&str, Option<&str>)]| {
            let needs: Vec<Value> = needs
                .iter()
                .map(|(name, kind)| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] }))
                .collect();
            json!({ "id": name, "deps": needs })
        };
        json!({
            "packages": [
                package(PROGRAM, None), package("a", None), package("b", Some("registry")),
                package("c", Some("registry")), package("d", Some("registry")),
            ],
            "resolve": { "nodes": [
                node(PROGRAM, &[("a", None), ("c", Some("dev"))]), node("a", &[("b", Some("build"))]),
                node("b", &[]), node("c", &[]), node("d", &[]),
            ] },
        })
    }

    #[test]
    fn the_bill_lists_what_the_program_is_made_of() {
        let metadata = metadata();
        let packages = packages(&metadata).unwrap();
        let names: Vec<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(packages[0]["purl"], Value::Null, "a crate of this workspace is in no registry");
        assert_eq!(packages[1]["purl"], "pkg:cargo/b@1.0.0");
        assert_eq!(packages[1]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        let dependencies = dependencies(&metadata).unwrap();
        let expected = json!([
            { "ref": "pkg:cargo/a@1.0.0", "dependsOn": ["pkg:cargo/b@1.0.0"] },
            { "ref": "pkg:cargo/b@1.0.0", "dependsOn": [] },
            { "ref": format!("pkg:cargo/{PROGRAM}@1.0.0"), "dependsOn": ["pkg:cargo/a@1.0.0"] },
        ]);
        assert_eq!(Value::from(dependencies), expected);
    }

    #[test]
    fn what_cargo_does_not_tell_is_an_error() {
        assert!(packages(&json!({})).is_err());
    }
}
