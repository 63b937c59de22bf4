//! The package for Debian and its relatives.

use crate::command::{program, run};
use crate::elf::Needs;
use crate::layout::{self, Placed};
use crate::source::Source;
use crate::tree::{self, MAINTAINER};
use anyhow::{Context as _, bail};
use std::path::Path;

/// The packages of the libraries that a program may load.
const PACKAGES: [(&str, &str); 3] =
    [("libgcc_s.so.1", "libgcc-s1"), ("libgomp.so.1", "libgomp1"), ("libstdc++.so.6", "libstdc++6")];

/// What belongs to glibc itself.
const GLIBC: [&str; 8] = [
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libutil.so.1",
];

/// The package with `useradd`, for where systemd-sysusers is missing.
const USERS: &str = "passwd";

/// Builds the package with dpkg-deb.
///
/// # Errors
///
/// When the program needs a library of no known package, or dpkg-deb is missing or fails.
pub(crate) fn build(
    source: &Source,
    target: &str,
    binary: &Path,
    needs: &Needs,
    notices: &[&Path],
    out: &Path,
) -> anyhow::Result<()> {
    let architecture = architecture(target)?;
    let root = tempfile::tempdir()?;
    let root = root.path();
    let placed = layout::read(&source.packaging())?;
    tree::place(source, binary, &placed, notices, root)?;
    let control = control(&source.version, architecture, &depends(needs)?, tree::kib_below(root)?);
    tree::place_control(&source.packaging(), root, &control, &conffiles(&placed))?;
    let file = out.join(format!("etalon_{}_{architecture}.deb", source.version));
    run(program("dpkg-deb")
        .args(["--root-owner-group", "-Zxz", "--build"])
        .arg(root)
        .arg(file)
        .env("SOURCE_DATE_EPOCH", source.time_s.to_string()))
    .context("dpkg-deb, which Debian's package dpkg has, makes the package")
}

/// The files that belong to whoever administers the machine: dpkg replaces no changed one.
fn conffiles(placed: &[Placed]) -> String {
    let paths = placed.iter().map(|file| file.in_package.as_str()).filter(|path| path.starts_with("/etc/"));
    paths.flat_map(|path| [path, "\n"]).collect()
}

fn architecture(target: &str) -> anyhow::Result<&'static str> {
    match target.split('-').next() {
        Some("x86_64") => Ok("amd64"),
        Some("aarch64") => Ok("arm64"),
        _ => bail!("Debian's name for {target} is not known here"),
    }
}

/// The packages that a program needs.
fn depends(needs: &Needs) -> anyhow::Result<String> {
    let mut packages = Vec::new();
    if let Some(glibc) = &needs.glibc {
        packages.push(format!("libc6 (>= {glibc})"));
    }
    for library in needs.libraries.iter().filter(|library| !GLIBC.contains(&library.as_str())) {
        let package = PACKAGES.iter().find(|(name, _)| name == library);
        let (_, package) =
            package.with_context(|| format!("the program loads {library}, of no known package"))?;
        packages.push((*package).to_owned());
    }
    packages.push(USERS.to_owned());
    Ok(packages.join(", "))
}

fn control(version: &str, architecture: &str, depends: &str, size_kib: u64) -> String {
    format!(
        "Package: etalon\n\
         Version: {version}\n\
         Architecture: {architecture}\n\
         Maintainer: {MAINTAINER}\n\
         Installed-Size: {size_kib}\n\
         Depends: {depends}\n\
         Section: sound\n\
         Priority: optional\n\
         Homepage: {}\n\
         Description: speech analytics for recorded calls, offline\n \
         Every call of a folder gets a transcript with roles, measures of the\n \
         conversation, a verdict with evidence for every rule of the service\n \
         standard, and a score.\n",
        env!("CARGO_PKG_REPOSITORY")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{answers, output};
    use std::collections::BTreeSet;
    use std::fs;

    /// Mode, owner and path of every file but the manual pages of commands, which come and go.
    fn contents(package: &Path) -> String {
        let listed = output(program("dpkg-deb").arg("--contents").arg(package)).unwrap();
        let of_command = |line: &str| line.contains("/man1/etalon-") && line.ends_with(".1.gz");
        let lines = listed.lines().filter(|line| !of_command(line)).map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            format!("{} {} {}", columns[0], columns[1], columns[5])
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_package_has_every_file_in_its_place() {
        if !answers(program("dpkg-deb").arg("--version")) {
            return; // No Debian.
        }
        let folder = tempfile::tempdir().unwrap();
        for name in ["program", "LICENCES.txt", "THIRD-PARTY.md"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let needs = Needs { libraries: BTreeSet::new(), glibc: None };
        let notices = [folder.path().join("THIRD-PARTY.md"), folder.path().join("LICENCES.txt")];
        let notices: Vec<&Path> = notices.iter().map(AsRef::as_ref).collect();
        let program_of_test = folder.path().join("program");
        let target = "x86_64-unknown-linux-gnu";
        build(&Source::of_test(), target, &program_of_test, &needs, &notices, folder.path()).unwrap();
        let package = folder.path().join("etalon_1.2.3_amd64.deb");
        insta::assert_snapshot!(contents(&package));

        let root = folder.path().join("root");
        run(program("dpkg-deb").arg("--raw-extract").args([&package, &root])).unwrap();
        let conffiles = fs::read_to_string(root.join("DEBIAN/conffiles")).unwrap();
        assert_eq!(conffiles, "/etc/etalon/etalon.toml\n/etc/logrotate.d/etalon\n");
        let unit = fs::read_to_string(root.join("usr/lib/systemd/system/etalon.service")).unwrap();
        assert!(unit.contains("\nExecStart=/usr/bin/etalon run ") && !unit.contains("/usr/local"), "{unit}");
    }

    #[test]
    fn what_a_program_loads_is_what_its_package_depends_on() {
        let check = |libraries: &[&str], expected: Option<&str>| {
            let libraries = libraries.iter().map(ToString::to_string).collect();
            let depends = depends(&Needs { libraries, glibc: None });
            assert_eq!(depends.ok().as_deref(), expected);
        };
        check(&["libc.so.6", "libm.so.6"], Some("passwd"));
        check(&["libc.so.6", "libstdc++.so.6", "libgcc_s.so.1"], Some("libgcc-s1, libstdc++6, passwd"));
        check(&["libcuda.so.1"], None);
    }

    #[test]
    fn a_package_has_debians_name_of_the_processor() {
        assert_eq!(architecture("x86_64-unknown-linux-gnu").unwrap(), "amd64");
        assert_eq!(architecture("aarch64-unknown-linux-gnu").unwrap(), "arm64");
        assert!(architecture("x86-windows").is_err());
    }
}
