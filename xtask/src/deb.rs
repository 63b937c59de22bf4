//! The package for Debian and its relatives.

use crate::archive::{copy, copy_all};
use crate::command::{output, program, run};
use crate::elf::Needs;
use crate::source::Source;
use anyhow::{Context as _, bail};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Who is asked about the package.
const MAINTAINER: &str = "etalon maintainers <etalon-speech@users.noreply.github.com>";

/// What the package says of its licence. Debian has the text of the Apache licence.
const COPYRIGHT: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: etalon
Source: REPOSITORY

Files: *
Copyright: 2026 the contributors of etalon
License: Apache-2.0
 On Debian systems, the text is in /usr/share/common-licenses/Apache-2.0.
Comment:
 The program contains the work of others: THIRD-PARTY.md lists it, and
 LICENCES.txt has the texts of their licences.
";

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
    let documents = root.path().join("usr/share/doc/etalon");
    copy(binary, &root.path().join("usr/bin"), "etalon")?;
    copy_all(notices, &documents)?;
    fs::write(documents.join("copyright"), COPYRIGHT.replace("REPOSITORY", env!("CARGO_PKG_REPOSITORY")))?;
    write_changelog(source, &documents)?;
    let control = control(&source.version, architecture, &depends(needs)?, kib_below(root.path())?);
    fs::create_dir(root.path().join("DEBIAN"))?;
    fs::write(root.path().join("DEBIAN/control"), control)?;
    // A temporary folder is its owner's alone, and a program that is packaged may have any mode.
    for path in ["", "usr/bin/etalon"] {
        fs::set_permissions(root.path().join(path), fs::Permissions::from_mode(0o755))?;
    }
    let file = out.join(format!("etalon_{}_{architecture}.deb", source.version));
    run(program("dpkg-deb")
        .args(["--root-owner-group", "-Zxz", "--build"])
        .arg(root.path())
        .arg(file)
        .env("SOURCE_DATE_EPOCH", source.time_s.to_string()))
    .context("dpkg-deb, which Debian's package dpkg has, makes the package")
}

/// The changelog as Debian has it, which points to the one of etalon. Both are packed, as Debian
/// wants.
fn write_changelog(source: &Source, documents: &Path) -> anyhow::Result<()> {
    let date = output(program("date").args(["--utc", "--rfc-email", &format!("--date=@{}", source.time_s)]))?;
    let entry = format!(
        "etalon ({}) unstable; urgency=medium\n\n  * Revision {}; NEWS.gz says what is new.\n\n -- {MAINTAINER}  {date}\n",
        source.version, source.revision
    );
    fs::write(documents.join("changelog"), entry)?;
    copy(&source.root.join("CHANGELOG.md"), documents, "NEWS")?;
    run(program("gzip").arg("-9n").args([documents.join("changelog"), documents.join("NEWS")]))
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

fn kib_below(folder: &Path) -> anyhow::Result<u64> {
    let mut kib = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        kib += if metadata.is_dir() { kib_below(&entry.path())? } else { metadata.len().div_ceil(1024) };
    }
    Ok(kib)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_loads_is_what_its_package_depends_on() {
        let check = |libraries: &[&str], expected: Option<&str>| {
            let libraries = libraries.iter().map(ToString::to_string).collect();
            let depends = depends(&Needs { libraries, glibc: None });
            assert_eq!(depends.ok().as_deref(), expected);
        };
        check(&["libc.so.6", "libm.so.6"], Some(""));
        check(&["libc.so.6", "libstdc++.so.6", "libgcc_s.so.1"], Some("libgcc-s1, libstdc++6"));
        check(&["libcuda.so.1"], None);
    }

    #[test]
    fn a_package_has_debians_name_of_the_processor() {
        assert_eq!(architecture("x86_64-unknown-linux-gnu").unwrap(), "amd64");
        assert_eq!(architecture("aarch64-unknown-linux-gnu").unwrap(), "arm64");
        assert!(architecture("x86-windows").is_err());
    }
}
