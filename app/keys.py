"""The keys that sign tickets, and the secret that signs sessions: from the environment or the installation's files."""

import base64
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LAST_ID = 255
"""A ticket names its key in one byte."""

FIRST_OWN_ID = 32
"""Below it are ids that were given by hand (1, 2 ...), before a key's id came from the key."""

SECRET_MIN = 32
"""Characters of a secret."""

HOW_TO_DRAW = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


class KeyringError(Exception):
    """The keys cannot be used; the text says which file or variable, and the remedy, and never a key."""


@dataclass(frozen=True)
class Keyring:
    """Ed25519 keys by the id in a ticket (0 to 255); one signs, all verify, so that old tickets stay valid."""

    keys: Mapping[int, Ed25519PrivateKey]
    signing_id: int | None = None
    """The id of the key that signs; the highest where it is not said."""

    @property
    def current_id(self) -> int:
        """The id of the key that signs."""
        return max(self.keys) if self.signing_id is None else self.signing_id

    def sign(self, message: bytes) -> bytes:
        """64 bytes of signature by the current key."""
        return self.keys[self.current_id].sign(message)

    @cached_property
    def _public(self) -> dict[int, Ed25519PublicKey]:
        """The halves by which tickets are verified: to work one out costs as much as to verify by it."""
        return {key_id: key.public_key() for key_id, key in self.keys.items()}

    def verify(self, key_id: int, signature: bytes, message: bytes) -> bool:
        """Whether the key of that id made `signature`. Raises KeyError for an unknown id."""
        try:
            self._public[key_id].verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def keyed_digests(self, text: str) -> list[str]:
        """A hash of `text` by each key, the one that signs first: it cannot be guessed back without the keys."""
        return [hmac.digest(secret, text.encode(), "sha256").hex() for secret in self._digest_secrets]

    @cached_property
    def _digest_secrets(self) -> list[bytes]:
        key_ids = dict.fromkeys((self.current_id, *sorted(self.keys, reverse=True)))
        seeds = dict.fromkeys(self.keys[key_id].private_bytes_raw() for key_id in key_ids)
        return [b"dermaga digest 1" + seed for seed in seeds]

    def public_keys(self) -> dict[int, str]:
        """Give devices the keys to verify by: 32 bytes per id as base64url without padding."""
        return {
            key_id: base64.urlsafe_b64encode(key.public_bytes_raw()).decode().rstrip("=")
            for key_id, key in sorted(self._public.items())
        }


def key_id_of(key: Ed25519PrivateKey) -> int:
    """The id that a key gives itself, from its public half: 32 to 255, above the ids that were once given by hand.

    So another key is hardly ever taken for one that is lost: its tickets are of an unknown key, not forged.
    """
    return FIRST_OWN_ID + sha256(key.public_key().public_bytes_raw()).digest()[0] % (LAST_ID + 1 - FIRST_OWN_ID)


def load_keyring(env: Mapping[str, str], folder: Path, *, may_make: bool) -> Keyring:
    """The keys of TICKET_KEYS (`1:base64seed,base64seed`), else of the key file; the last one signs.

    A missing file is made where `may_make` says that no ticket was signed yet. Raises KeyringError when there are no
    keys, when they are no keys or were not drawn at random, or when the file is open to others.
    """
    if text := env.get("TICKET_KEYS", "").strip():
        pairs = [pair.rpartition(":") for pair in re.findall(r"[^,\s]+", text)]
        return _keyring([(key_id if colon else None, seed) for key_id, colon, seed in pairs], "TICKET_KEYS")
    path = key_file(env, folder)
    return _keyring(_seeds(path, may_make=may_make), str(path))


def key_file(env: Mapping[str, str], folder: Path) -> Path:
    """Where the keys are kept when the environment does not hold them."""
    return Path(env["TICKET_KEY_FILE"]) if env.get("TICKET_KEY_FILE") else folder / "ticket-keys.json"


def load_secret(secret: str, folder: Path, *, may_make: bool) -> str:
    """`secret` (SECRET_KEY) where it is given, else the secret of this installation, made where `may_make` says so.

    Raises KeyringError for one that is missing, or that others know or can guess.
    """
    path = folder / "secret-key"
    where = "SECRET_KEY" if secret else str(path)
    found = (secret or _private_text(path, lambda: secrets.token_urlsafe(48) if may_make else None)).strip()
    if not found:
        raise KeyringError(f"{path} is empty. Put a new secret into it, or set SECRET_KEY: {HOW_TO_DRAW}")
    if len(found) < SECRET_MIN or len(set(found)) < 10:
        raise KeyringError(f"{where} is too short or too simple to keep anybody out. Set another: {HOW_TO_DRAW}")
    return found


def adopt(old: Path, folder: Path) -> None:
    """Take over the files of an installation that kept them in the home folder of its Unix user, once."""
    for name in ("ticket-keys.json", "secret-key"):
        if (old / name).is_file() and not (folder / name).exists():
            _private_text(folder / name, (old / name).read_text)


def rotate(path: Path) -> int:
    """Add a key to the file and return its id; the older keys still verify.

    It signs in processes started from now on; one that still runs does not know it, so restart them all.
    Raises KeyringError when the file is not fit, is full, or is being rotated by somebody else.
    """
    _keyring(_seeds(path, may_make=False), str(path))
    beside = path.with_name(f"{path.name}.new")
    try:
        file = _create_private(beside)  # always this name: whoever makes it is the only one adding a key
    except FileExistsError:
        raise KeyringError(f"{beside} exists: somebody else is adding a key. If nobody is, delete it.") from None
    try:
        with file:
            seeds = _seeds(path, may_make=False)
            new, seed = _new_seed(_keyring(seeds, str(path)).keys, path)
            _write(file, json.dumps({**dict(seeds), str(new): seed}))
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise
    _sync_folder(path)
    return new


def _new_seed(taken: Collection[int] = (), path: Path | None = None) -> tuple[int, str]:
    """A key that was never there, whose id is nobody else's."""
    for _ in range(10_000):
        seed = secrets.token_bytes(32)
        key_id = key_id_of(Ed25519PrivateKey.from_private_bytes(seed))
        if key_id not in taken:
            return key_id, base64.b64encode(seed).decode()
    raise KeyringError(f"{path} holds a key for every id. Remove those whose tickets have all sailed.")


def _first_file() -> str:
    key_id, seed = _new_seed()
    return json.dumps({str(key_id): seed})


def _seeds(path: Path, *, may_make: bool) -> list[tuple[str | None, str]]:
    """Pairs of id and seed as the file spells them; a missing file is made with one key where it may be."""
    try:
        pairs = json.loads(_private_text(path, lambda: _first_file() if may_make else None))
        return [(key_id, str(seed)) for key_id, seed in pairs.items()]
    except (ValueError, AttributeError):
        raise KeyringError(f'{path} is not of the form {{"1": "base64 of 32 bytes"}}. Restore it.') from None


def _keyring(pairs: list[tuple[str | None, str]], where: str) -> Keyring:
    """A key verifies under its own id, and under the one that it was given by hand."""
    keys: dict[int, Ed25519PrivateKey] = {}
    own = -1
    given_twice = False
    try:
        for given, text in pairs:
            seed = base64.b64decode(text, validate=True)
            key = Ed25519PrivateKey.from_private_bytes(seed)
            if not _is_random(seed):
                raise KeyringError(f"{where} holds a key that was not drawn at random. Restore the keys, or rotate.")
            own = key_id_of(key)
            for key_id in {own, own if given is None else int(given)}:
                given_twice |= key_id in keys
                keys[key_id] = key
    except ValueError:
        raise KeyringError(f"{where} does not hold keys as the base64 of 32 bytes, each after its id.") from None
    if not keys or given_twice or not all(0 <= key_id <= LAST_ID for key_id in keys):
        raise KeyringError(
            f"{where} needs at least one key, each with its own id from 0 to {LAST_ID}; two with one id cannot be told "
            "apart: remove the one that never signed."
        )
    return Keyring(keys, own)


def _is_random(seed: bytes) -> bool:
    """No zeros, no pattern, no typed text: what 32 random bytes never look like."""
    steps = {(after - before) % 256 for before, after in pairwise(seed)}
    return len(set(seed)) >= 16 and len(steps) >= 12 and not all(32 <= byte < 127 for byte in seed)


def _private_text(path: Path, make: Callable[[], str | None]) -> str:
    """Read the file; the first to come makes it, whole or not at all, unless `make` has nothing for it."""
    try:
        if not path.exists():
            text = make()
            if text is None:
                raise KeyringError(
                    f"{path} is missing, and this database is in use: another secret would make its tickets or its "
                    "sign-ins void. Restore the file from the backup, or name the right place with SECRETS_FOLDER."
                )
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            with _create_private(beside) as file:
                _write(file, text)
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
            f"{path} cannot be made or read ({error.strerror}). Set SECRETS_FOLDER to a folder of its own, "
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
