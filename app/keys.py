"""The keys that sign tickets, and the secret that signs sessions: from the environment or a private file."""

import base64
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LAST_ID = 255
"""A ticket names its key in one byte."""


class KeyringError(Exception):
    """The keys cannot be used; the text says which file or variable, and the remedy, and never a key."""


@dataclass(frozen=True)
class Keyring:
    """Ed25519 keys by id (0 to 255). The highest id signs; all verify, so that old tickets stay valid."""

    keys: Mapping[int, Ed25519PrivateKey]

    @property
    def current_id(self) -> int:
        """The id of the key that signs."""
        return max(self.keys)

    def sign(self, message: bytes) -> bytes:
        """64 bytes of signature by the current key."""
        return self.keys[self.current_id].sign(message)

    def verify(self, key_id: int, signature: bytes, message: bytes) -> bool:
        """Whether the key of that id made `signature`. Raises KeyError for an unknown id."""
        try:
            self.keys[key_id].public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def keyed_digests(self, text: str) -> list[str]:
        """A hash of `text` by each key, the one that signs first: it cannot be guessed back without the keys."""
        return [
            hmac.new(b"dermaga digest 1" + self.keys[key_id].private_bytes_raw(), text.encode(), "sha256").hexdigest()
            for key_id in sorted(self.keys, reverse=True)
        ]

    def public_keys(self) -> dict[int, str]:
        """What a device needs to verify: 32 bytes per id as base64url without padding."""
        return {
            key_id: base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
            for key_id, key in sorted(self.keys.items())
        }


def load_keyring(env: Mapping[str, str] = os.environ) -> Keyring:
    """The keys of TICKET_KEYS (`1:base64seed,2:...`), else of the key file, made on the first run.

    Raises KeyringError when they are no keys, or when the file is open to others.
    """
    if text := env.get("TICKET_KEYS", "").strip():
        pairs = [pair.partition(":") for pair in re.findall(r"[^,\s]+", text)]
        return _keyring([(key_id, seed) for key_id, _, seed in pairs], "TICKET_KEYS")
    path = key_file(env)
    return _keyring(_seeds(path), str(path))


def key_file(env: Mapping[str, str] = os.environ) -> Path:
    """Where the keys are kept when the environment does not hold them."""
    return Path(env["TICKET_KEY_FILE"]) if env.get("TICKET_KEY_FILE") else _folder(env) / "ticket-keys.json"


def load_secret(env: Mapping[str, str] = os.environ) -> str:
    """SECRET_KEY, else the secret of this installation, made on the first run. Raises KeyringError."""
    path = _folder(env) / "secret-key"
    secret = env.get("SECRET_KEY") or _private_text(path, lambda: secrets.token_urlsafe(48))
    if not secret:
        raise KeyringError(f"{path} is empty. Delete it and start again: a new one is made.")
    return secret


def rotate(path: Path) -> int:
    """Add a key to the file (made if missing) and return its id; the older keys still verify.

    It signs in processes started from now on; one that still runs does not know it, so restart them all.
    Raises KeyringError when the file is not fit, is full, or is being rotated by somebody else.
    """
    _keyring(_seeds(path), str(path))
    beside = path.with_name(f"{path.name}.new")
    try:
        file = _create_private(beside)  # always this name: whoever makes it is the only one adding a key
    except FileExistsError:
        raise KeyringError(f"{beside} exists: somebody else is adding a key. If nobody is, delete it.") from None
    try:
        with file:
            seeds = dict(_seeds(path))
            new = max(map(int, seeds)) + 1
            if new > LAST_ID:
                raise KeyringError(f"{path} holds key {LAST_ID}, the last one. Set TICKET_KEY_FILE to a new file.")
            _write(file, json.dumps({**seeds, str(new): _new_seed()}))
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise
    _sync_folder(path)
    return new


def _folder(env: Mapping[str, str]) -> Path:
    config = env.get("XDG_CONFIG_HOME") or Path(env.get("HOME") or Path.home()) / ".config"
    return Path(config) / "dermaga"


def _new_seed() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _seeds(path: Path) -> list[tuple[str, str]]:
    """Pairs of id and seed as the file spells them, made with key 1 if it is missing."""
    try:
        pairs = json.loads(_private_text(path, lambda: json.dumps({"1": _new_seed()})))
        return [(key_id, str(seed)) for key_id, seed in pairs.items()]
    except (ValueError, AttributeError):
        raise KeyringError(f'{path} is not of the form {{"1": "base64 of 32 bytes"}}. Restore it.') from None


def _keyring(pairs: list[tuple[str, str]], where: str) -> Keyring:
    try:
        keys = {
            int(key_id): Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed, validate=True))
            for key_id, seed in pairs
        }
    except ValueError:
        raise KeyringError(f"{where} does not hold keys as an id with the base64 of 32 bytes.") from None
    if not keys or len(keys) != len(pairs) or not all(0 <= key_id <= LAST_ID for key_id in keys):
        raise KeyringError(f"{where} needs at least one key, each with its own id from 0 to {LAST_ID}.")
    return Keyring(keys)


def _private_text(path: Path, make: Callable[[], str]) -> str:
    """What the file holds; the first to come makes it, whole or not at all."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            with _create_private(beside) as file:
                _write(file, make())
            try:
                os.link(beside, path)
                _sync_folder(path)
            except FileExistsError:
                pass  # another process was first: its content is the one
            finally:
                beside.unlink()
        with path.open() as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise KeyringError(f"{path} can be read by others. Run: chmod 600 {path}")
            return file.read()
    except OSError as error:
        raise KeyringError(
            f"{path} cannot be made or read ({error.strerror}). Set XDG_CONFIG_HOME to a folder of your own, "
            "or put the keys into TICKET_KEYS and SECRET_KEY."
        ) from error


def _create_private(path: Path) -> TextIO:
    """A new file that only its owner can read. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")


def _write(file: TextIO, text: str) -> None:
    """The text is on the disk, not on its way there."""
    file.write(text)
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """A new name in a folder outlives a power cut only after this."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
