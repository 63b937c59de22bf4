"""An empty Debian that systemd has booted, for checks that need a machine of their own."""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import time

from steps import ROOT, Wrong, need, run, until

# What Debian's installer has on every machine, and mmdebstrap leaves out.
BASE = "sudo,ca-certificates,dbus,libpam-systemd"
USER = "newcomer"
REPOSITORY = "https://github.com/etalon-speech/etalon"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


class Container:
    """An empty Debian in a folder, booted by systemd-nspawn."""

    def __init__(self, folder, toolchain):
        self.root = folder / "debian"
        self.console = folder / "console"
        self.toolchain = toolchain
        self.name = f"etalon-{os.getpid()}"
        self.nspawn = None
        self.leader = None

    def make(self):
        # A disk that is thrown away need not be waited for.
        options = ["--quiet", "--variant=important", "--dpkgopt=force-unsafe-io", f"--include={BASE}"]
        run("mmdebstrap", *options, "trixie", self.root)
        (self.root / "etc/hostname").write_text("debian\n")
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost\n127.0.1.1 debian\n")
        self.chroot("useradd", "--create-home", "--shell", "/bin/bash", "--groups", "sudo", USER)
        (self.root / f"etc/sudoers.d/{USER}").write_text(f"{USER} ALL=(ALL) NOPASSWD: ALL\n")
        shutil.copy(CERTIFICATES, self.root / CERTIFICATES[1:])
        run("git", "clone", "--quiet", "--bare", ROOT, self.root / "opt/etalon.git")
        home = self.root / "home" / USER
        (home / ".gitconfig").write_text(f'[url "/opt/etalon.git"]\n\tinsteadOf = {REPOSITORY}\n')
        if self.toolchain:
            (home / f".rustup/toolchains/{self.toolchain.name}").mkdir(parents=True)
        self.chroot("chown", "--recursive", f"{USER}:", f"/home/{USER}", "/opt/etalon.git")

    def chroot(self, *command):
        run("chroot", self.root, *command)

    def boot(self):
        command = ["systemd-nspawn", "--quiet", "--boot", f"--directory={self.root}", f"--machine={self.name}"]
        # PrivateNetwork= makes a network, which the container of a machine's own network may not.
        command += ["--capability=CAP_NET_ADMIN", "--console=pipe"]
        if self.toolchain:
            command.append(f"--bind-ro={self.toolchain}:/home/{USER}/.rustup/toolchains/{self.toolchain.name}")
        if not pathlib.Path("/run/systemd/system").exists():
            # Nobody here keeps a list of machines, nor a control group for each.
            command += ["--register=no", "--keep-unit"]
        with self.console.open("ab") as console:
            self.nspawn = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                preexec_fn=self.enter_control_group,
            )
        try:
            self.leader = until(self.first_process, "the container starts", 60)
            until(self.has_booted, "it has booted", 120)
        except Wrong as wrong:
            raise Wrong(f"{wrong}: {self.console.read_text(errors='replace')[-3000:]}") from None

    def control_groups(self):
        """A control group for each hierarchy, where no systemd of this machine makes them."""
        if pathlib.Path("/run/systemd/system").exists():
            return []
        base = pathlib.Path("/sys/fs/cgroup")
        hierarchies = [base] if (base / "cgroup.procs").exists() else [base / "unified", base / "systemd"]
        return [hierarchy / self.name for hierarchy in hierarchies if hierarchy.exists()]

    def enter_control_group(self):
        for group in self.control_groups():
            group.mkdir(exist_ok=True)
            (group / "cgroup.procs").write_text("0")

    def first_process(self):
        need(self.nspawn.poll() is None, "the container ended")
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
            except OSError:
                continue
            parent = re.search(r"^PPid:\t(\d+)", text, re.MULTILINE)
            own = re.search(r"^NSpid:.*\t1$", text, re.MULTILINE)
            if own and parent and int(parent[1]) == self.nspawn.pid:
                return status.parent.name
        return None

    def has_booted(self):
        """Whether people can log in. The system as a whole may be `starting` for as long as a run goes on."""
        return self.try_root("systemctl is-active multi-user.target")[1].strip() == "active"

    def inside(self, *command):
        """A command line that runs a command in the container."""
        return ["nsenter", "--target", self.leader, "--all", "--root", "--wdns=/", "--", *command]

    def try_root(self, script):
        ended = subprocess.run(self.inside("sh", "-c", script), capture_output=True, text=True)
        return ended.returncode, ended.stdout + ended.stderr

    def ask(self, script):
        """What a script of root prints."""
        code, said = self.try_root(script)
        need(code == 0, f"`{script}` ended with {code}: {said}")
        return said.strip()

    def service_of(self, user, folder):
        options = ["--quiet", "--wait", "--collect", f"--property=User={user}", f"--property=WorkingDirectory={folder}"]
        return ["systemd-run", *options, f"--property=Nice={os.nice(0)}"]

    def try_command(self, command, folder="~/etalon", user=USER):
        """Runs a command as the newcomer, and gives its exit code and what it says."""
        folder = folder.replace("~", f"/home/{USER}")
        words = self.inside(*self.service_of(user, folder), "--pipe", "bash", "-lc", command)
        ended = subprocess.run(words, capture_output=True, text=True)
        return ended.returncode, ended.stdout + ended.stderr

    def command(self, command, folder="~/etalon", code=0):
        ended, said = self.try_command(command, folder)
        need(ended == code, f"`{command}` ended with {ended}: {said[-3000:]}")
        return said

    def at_terminal(self, command, shown, keys):
        """Runs a command at a terminal, presses keys when something is shown, and waits for its end."""
        number, terminal = pty.fork()
        if number == 0:
            os.environ["TERM"] = "xterm"
            words = self.inside(*self.service_of(USER, f"/home/{USER}/etalon"), "--pty", "bash", "-lc", command)
            os.execvp(words[0], words)
        said, started, pressed = b"", time.monotonic(), False
        while time.monotonic() - started < 60:
            if select.select([terminal], [], [], 0.5)[0]:
                try:
                    read = os.read(terminal, 65536)
                except OSError:
                    read = b""
                if not read:
                    break
                said += read
            elif shown.encode() in said and not pressed:
                os.write(terminal, keys)
                pressed = True
        _, status = os.waitpid(number, 0)
        need(pressed, f"`{command}` never showed `{shown}`: {said[-500:]}")
        need(status == 0, f"`{command}` ended with {status}: {said[-500:]}")

    def show(self, unit, *properties):
        """Properties of a unit, in the order of their names here."""
        lines = self.ask(f"systemctl show {unit} -p {','.join(properties)}").splitlines()
        found = dict(line.split("=", 1) for line in lines)
        return [found[name] for name in properties]

    def journal(self, boot=0):
        return self.ask(f"journalctl --unit etalon --boot {boot} --output cat --no-pager")

    def drop_in(self, unit, text):
        """What `systemctl edit` does with a text."""
        folder = self.root / f"etc/systemd/system/{unit}.d"
        folder.mkdir(exist_ok=True)
        (folder / "override.conf").write_text(text)
        self.ask("systemctl daemon-reload")

    def without_drop_in(self, unit):
        shutil.rmtree(self.root / f"etc/systemd/system/{unit}.d")
        self.ask("systemctl daemon-reload")

    def power_off(self):
        self.ask("systemctl poweroff --no-block")
        try:
            self.nspawn.wait(150)
        except subprocess.TimeoutExpired:
            raise Wrong("the container did not go down in 150 s") from None

    def power_cut(self):
        """Ends every process of the container at once."""
        os.kill(int(self.leader), 9)
        self.nspawn.wait(60)

    def stop(self):
        if self.nspawn and self.nspawn.poll() is None:
            if self.leader:
                self.power_cut()
            else:
                self.nspawn.kill()
                self.nspawn.wait()
        for group in self.control_groups():
            for below in sorted(group.rglob("*"), reverse=True):
                if below.is_dir():
                    below.rmdir()
            if group.exists():
                group.rmdir()
