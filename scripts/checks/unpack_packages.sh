#!/bin/sh
# Unpacks Debian packages, with all that they need, into a folder. Nothing is installed.
#
#     sh scripts/checks/unpack_packages.sh FOLDER SUITE PACKAGE…
#
# SUITE is one of Debian, such as `bullseye`, or `machine` for the sources of this machine.
set -eu
folder=$1 suite=$2
shift 2
apt=$folder/apt
rm -rf "$folder"
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
: >"$apt/status"
sources=/etc/apt
if [ "$suite" != machine ]; then
    sources=$apt/sources
    mkdir -p "$sources/apt.conf.d" "$sources/preferences.d"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main" \
        >"$sources/sources.list"
fi
case " $* " in *":arm64 "*) architectures='"amd64"; "arm64";' ;; *) architectures='"amd64";' ;; esac
cat >"$apt/apt.conf" <<END
Dir::Etc "$sources";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
APT::Architectures { $architectures };
APT::Sandbox::User "";
Acquire::Check-Valid-Until "false";
END
export APT_CONFIG="$apt/apt.conf"
apt-get update --quiet --quiet
apt-get install --quiet --quiet --yes --download-only --no-install-recommends -o Debug::NoLocking=true "$@"
for package in "$apt"/archives/*.deb; do
    dpkg-deb --extract "$package" "$folder"
done
rm -rf "$apt"
