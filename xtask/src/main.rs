//! `cargo xtask dist`: the files of a release, from a checkout.
//!
//! What it makes, and how each part is checked, is told in `docs/releases.md`.

#![forbid(unsafe_code)]

mod archive;
mod binary;
mod checksums;
mod command;
mod deb;
mod elf;
mod layout;
mod sbom;
mod source;
mod tree;
mod vendor;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use source::Source;
use std::path::{Path, PathBuf};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make the files of a release: binary, .deb, image recipe, bill of materials, sources, checksums.
    Dist(DistOptions),
    /// Print which glibc a program needs and which libraries it loads.
    Needs {
        /// A program (ELF).
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
struct DistOptions {
    /// For which system.
    #[arg(long, value_name = "TRIPLE", default_value = "x86_64-unknown-linux-gnu")]
    target: String,
    /// The oldest glibc that the program has to run with, where cargo-zigbuild builds it.
    #[arg(long, value_name = "VERSION", default_value = "2.28")]
    glibc: String,
    /// Package this program instead of building one.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Folder for the files.
    #[arg(long, value_name = "DIR", default_value = "target/dist")]
    out: PathBuf,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Task::Dist(options) => dist(&options),
        Task::Needs { file } => {
            say(&elf::Needs::of_file(&file)?.to_string());
            Ok(())
        }
    }
}

/// Makes all files anew in an empty folder.
fn dist(options: &DistOptions) -> anyhow::Result<()> {
    let source = Source::of_checkout()?;
    let out = &options.out;
    if out.exists() {
        std::fs::remove_dir_all(out).with_context(|| format!("{} can't be emptied", out.display()))?;
    }
    std::fs::create_dir_all(out).with_context(|| format!("{} can't be made", out.display()))?;
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => binary::build(&source, &options.target, &options.glibc)?,
    };
    let needs = elf::Needs::of_file(&binary)?;
    say(&format!("{}: {needs}", binary.display()));
    let notices = tempfile::tempdir()?;
    let notices = Notices::collect(&source, notices.path())?;
    archive::of_binary(&source, &options.target, &binary, &notices.files(), out)?;
    deb::build(&source, &options.target, &binary, &needs, &[&notices.list, &notices.texts], out)?;
    sbom::write(&source, &options.target, out)?;
    vendor::archive(&source, out)?;
    std::fs::copy(source.packaging().join("Containerfile"), out.join("Containerfile"))
        .context("the image recipe can't be copied")?;
    for line in checksums::write(out)? {
        say(&line);
    }
    Ok(())
}

/// What must accompany a released program.
struct Notices {
    licence: PathBuf,
    list: PathBuf,
    texts: PathBuf,
}

impl Notices {
    fn collect(source: &Source, folder: &Path) -> anyhow::Result<Self> {
        let texts = folder.join("LICENCES.txt");
        command::run(
            command::program(source.root.join("scripts/dev"))
                .args(["checks", "notices", "--texts"])
                .arg(&texts),
        )?;
        Ok(Self { licence: source.root.join("LICENSE"), list: source.root.join("THIRD-PARTY.md"), texts })
    }

    fn files(&self) -> [&Path; 3] {
        [&self.licence, &self.list, &self.texts]
    }
}

#[expect(clippy::print_stdout, reason = "what a task has made is its output")]
fn say(line: &str) {
    println!("{line}");
}
