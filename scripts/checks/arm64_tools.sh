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

# Writes a program that calls another: wrap PATH COMMAND.
wrap() {
    printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$1"
    chmod +x "$1"
}

if [ ! -x "$tools/run" ]; then
    sh scripts/checks/unpack_packages.sh "$cross" machine gcc-aarch64-linux-gnu libc6-dev-arm64-cross libstdc++6-arm64-cross qemu-user-static
    wrap "$tools/gcc" "env LD_LIBRARY_PATH='$cross/usr/lib/x86_64-linux-gnu' '$cross/usr/bin/aarch64-linux-gnu-gcc' --sysroot='$cross' \
-B'$cross/usr/aarch64-linux-gnu/lib' -B'$cross/usr/bin/aarch64-linux-gnu-'"
    wrap "$tools/run" "'$cross/usr/bin/qemu-aarch64-static' -L '$cross/usr/aarch64-linux-gnu'"
fi

if [ ! -x "$tools/rustc" ] && ! timeout 60 rustup --quiet target add "$target" 2>/dev/null; then
    rust=$tools/rust
    sh scripts/checks/unpack_packages.sh "$rust" sid rustc libstd-rust-dev:amd64 libstd-rust-dev:arm64
    libraries=$rust/usr/lib/x86_64-linux-gnu
    wrap "$tools/rustc" "'$libraries/ld-linux-x86-64.so.2' --library-path '$libraries' '$rust/usr/bin/rustc' --sysroot '$rust/usr'"
fi
