#!/bin/sh
# Unpacks into .tools/arm64 what builds ARM64 programs and runs them on x86-64 with Debian or Ubuntu, for
# `neon` and `arm64`. Nothing is installed.
#
#     gcc      a linker for ARM64
#     run      runs an ARM64 program: qemu with Debian's C and C++ libraries for ARM64
#     rustc    only where rustup cannot get the standard library for ARM64: compiler and library from Debian
#              unstable (500 MB to download in all)
set -eu
cd "$(dirname "$0")/../.."
target=aarch64-unknown-linux-gnu
tools=$PWD/.tools/arm64
cross=$tools/cross

# Unpacks packages with all that they need into a folder: unpack FOLDER SOURCES PACKAGE…, SOURCES a folder like /etc/apt.
unpack() {
    folder=$1 sources=$2
    shift 2
    rm -rf "$folder"
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial"
    : >"$folder/apt/status"
    cat >"$folder/apt/apt.conf" <<END
Dir::Etc "$sources";
Dir::State "$folder/apt";
Dir::State::status "$folder/apt/status";
Dir::Cache "$folder/apt";
APT::Architectures { "amd64"; "arm64"; };
APT::Sandbox::User "";
Acquire::Check-Valid-Until "false";
END
    APT_CONFIG="$folder/apt/apt.conf" apt-get update --quiet --quiet
    APT_CONFIG="$folder/apt/apt.conf" apt-get install --quiet --quiet --yes --download-only --no-install-recommends \
        -o Debug::NoLocking=true "$@"
    for package in "$folder"/apt/archives/*.deb; do
        dpkg-deb --extract "$package" "$folder"
    done
    rm -rf "$folder/apt"
}

# Writes a program that calls another: wrap PATH COMMAND.
wrap() {
    printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$1"
    chmod +x "$1"
}

if [ ! -x "$tools/run" ]; then
    unpack "$cross" /etc/apt gcc-aarch64-linux-gnu libc6-dev-arm64-cross libstdc++6-arm64-cross qemu-user-static
    wrap "$tools/gcc" "env LD_LIBRARY_PATH='$cross/usr/lib/x86_64-linux-gnu' '$cross/usr/bin/aarch64-linux-gnu-gcc' --sysroot='$cross' \
-B'$cross/usr/aarch64-linux-gnu/lib' -B'$cross/usr/bin/aarch64-linux-gnu-'"
    wrap "$tools/run" "'$cross/usr/bin/qemu-aarch64-static' -L '$cross/usr/aarch64-linux-gnu'"
fi

if [ ! -x "$tools/rustc" ] && ! timeout 60 rustup --quiet target add "$target" 2>/dev/null; then
    rust=$tools/rust
    mkdir -p "$tools/sources/apt.conf.d" "$tools/sources/preferences.d"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main" \
        >"$tools/sources/sources.list"
    unpack "$rust" "$tools/sources" rustc libstd-rust-dev:amd64 libstd-rust-dev:arm64
    libraries=$rust/usr/lib/x86_64-linux-gnu
    wrap "$tools/rustc" "'$libraries/ld-linux-x86-64.so.2' --library-path '$libraries' '$rust/usr/bin/rustc' --sysroot '$rust/usr'"
fi
