"""Debian packages of recordings, unpacked without being installed, for which nobody has to be root."""

import subprocess


def unpack(package, folder):
    """The root of a package's files, which is fetched into the folder where it is not there yet."""
    root = folder / "unpacked"
    if not root.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "--quiet", "download", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        [archive] = folder.glob("*.deb")
        subprocess.run(["dpkg-deb", "--extract", archive, root], check=True)
    return root
