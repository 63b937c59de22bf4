//! The program, built for machines that are older than this one.

use crate::command::{answers, program, run};
use crate::say;
use crate::source::Source;
use std::path::PathBuf;
use std::process::Command;

/// What whisper.cpp's build is told beyond `.cargo/config.toml`. Left alone, it compiles for the
/// processor that it is built on, and the program ends on an older one. The native engine chooses
/// its kernels when it runs; whisper.cpp computes where that has none, so it must run on every
/// processor.
const EVERY_PROCESSOR: [&str; 8] = [
    "GGML_NATIVE",
    "GGML_SSE42",
    "GGML_AVX",
    "GGML_AVX2",
    "GGML_BMI2",
    "GGML_FMA",
    "GGML_F16C",
    "GGML_AVX512",
];

/// Builds the program with cargo-zigbuild, which links against the glibc that it is told, or else
/// for the glibc of this machine.
///
/// # Errors
///
/// When it can't be built.
pub(crate) fn build(source: &Source, target: &str, glibc: &str) -> anyhow::Result<PathBuf> {
    let has_zigbuild = answers(program("cargo-zigbuild").args(["zigbuild", "--help"]));
    let mut command = if has_zigbuild {
        let mut command = program("cargo-zigbuild");
        command.current_dir(&source.root).args(["zigbuild", "--target", &format!("{target}.{glibc}")]);
        command
    } else {
        say(
            "cargo-zigbuild is missing (pip install ziglang cargo-zigbuild): the glibc of this machine will be needed",
        );
        let mut command = source.cargo();
        command.args(["build", "--target", target]);
        command
    };
    command.args(["--release", "--locked", "--package", "etalon-cli"]);
    run(reproducible(&mut command, source))?;
    let folder =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| source.root.join("target"), PathBuf::from);
    Ok(folder.join(target).join("release/etalon"))
}

/// Leaves out of the program what belongs to this machine and this moment.
fn reproducible<'c>(command: &'c mut Command, source: &Source) -> &'c mut Command {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let folders = home.into_iter().map(|home| (home, "/cargo")).chain([(source.root.clone(), "/etalon")]);
    let (mut of_rust, mut of_c) = (Vec::new(), Vec::new());
    for (folder, name) in folders {
        of_rust.push(format!("--remap-path-prefix={}={name}", folder.display()));
        of_c.push(format!("-ffile-prefix-map={}={name}", folder.display()));
    }
    for variable in EVERY_PROCESSOR {
        command.env(variable, "OFF");
    }
    command
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
        .env("ETALON_REVISION", &source.revision)
        .env("SOURCE_DATE_EPOCH", source.time_s.to_string())
        .env("CARGO_ENCODED_RUSTFLAGS", of_rust.join("\u{1f}"))
        .env("CFLAGS", of_c.join(" "))
        .env("CXXFLAGS", of_c.join(" "))
}
