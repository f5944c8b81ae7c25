"""The keys that sign: where they come from, who can read them, and how a new one joins them."""

import base64
import os
import stat
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.keys import Keyring, KeyringError, adopt, key_id_of, load_keyring, load_secret, rotate

SEEDS = [base64.b64encode(sha256(bytes([n])).digest()).decode() for n in range(4)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


NOWHERE = Path("/nonexistent")


def from_env(text: str) -> Keyring:
    return load_keyring({"TICKET_KEYS": text}, NOWHERE, may_make=False)


def first_start(folder: str) -> tuple[dict[int, str], str]:
    place = Path(folder) / "dermaga"
    return load_keyring({}, place, may_make=True).public_keys(), load_secret("", place, may_make=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dermaga"


@pytest.fixture
def key_file(folder: Path) -> Path:
    load_keyring({}, folder, may_make=True)
    return folder / "ticket-keys.json"


def test_the_last_of_the_environment_signs_under_its_own_id_and_all_verify():
    old, both = (from_env(t) for t in (f"1:{SEEDS[1]}", f" 1:{SEEDS[1]}, {SEEDS[2]},"))
    assert (old.current_id, both.current_id) == (key_id_of(old.keys[1]), key_id_of(both.keys[both.current_id]))
    assert both.current_id not in old.keys
    assert both.verify(both.current_id, both.sign(b"x"), b"x")
    assert not both.verify(1, both.sign(b"x"), b"x")
    assert not both.verify(both.current_id, both.sign(b"x"), b"y")


def test_codes_that_name_a_key_by_its_old_id_still_verify():
    old = Keyring({1: from_env(f"1:{SEEDS[1]}").keys[1]})
    assert from_env(f"1:{SEEDS[1]}, {SEEDS[2]}").verify(1, old.sign(b"x"), b"x")


def test_the_id_of_a_key_comes_from_the_key_above_the_old_ids():
    ids = {key_id_of(Ed25519PrivateKey.from_private_bytes(sha256(bytes([n])).digest())) for n in range(200)}
    assert min(ids) >= 32
    assert len(ids) > 100


def test_two_keys_under_one_id_are_refused_with_the_remedy():
    other = key_id_of(from_env(SEEDS[2]).keys[from_env(SEEDS[2]).current_id])
    with pytest.raises(KeyringError, match="remove the one that never signed"):
        from_env(f"{other}:{SEEDS[1]},{SEEDS[2]}")


def test_a_device_gets_raw_public_keys_as_base64url():
    keyring = from_env(SEEDS[1])
    assert list(keyring.public_keys()) == [keyring.current_id]
    raw = base64.urlsafe_b64decode(keyring.public_keys()[keyring.current_id] + "=")
    Ed25519PublicKey.from_public_bytes(raw).verify(keyring.sign(b"x"), b"x")


PATTERNS = {
    "zeros": bytes(32),
    "one byte": b"a" * 32,
    "counted": bytes(range(32)),
    "counted by sevens": bytes(7 * n % 256 for n in range(32)),
    "repeated": bytes(range(0, 80, 10)) * 4,
    "typed": b"a-very-secret-key-for-production",
}


@pytest.mark.parametrize("seed", PATTERNS.values(), ids=PATTERNS)
def test_a_key_that_was_not_drawn_at_random_is_refused(seed: bytes):
    with pytest.raises(KeyringError, match="not drawn at random"):
        from_env(base64.b64encode(seed).decode())


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        f"x:{SEEDS[1]}",
        f"-1:{SEEDS[1]}",
        f"256:{SEEDS[1]}",
        "1:",
        f"1:{SEEDS[1][4:]}",
        f"1:{SEEDS[1]}!",
        f"1:{SEEDS[1]},1:{SEEDS[2]}",
        f"1:{SEEDS[1]},01:{SEEDS[2]}",
        f"{SEEDS[1]},{SEEDS[1]}",
        f"1:{SEEDS[1]},2",
        ",",
    ],
)
def test_keys_that_are_none_are_refused_without_telling_them(text: str):
    with pytest.raises(KeyringError, match="TICKET_KEYS") as refusal:
        from_env(text)
    assert SEEDS[1][:8] not in str(refusal.value)


def test_the_first_run_makes_files_that_only_their_owner_can_read(folder: Path):
    keys, secret = load_keyring({}, folder, may_make=True).public_keys(), load_secret("", folder, may_make=True)
    assert {path.name: mode(path) for path in folder.iterdir()} == {"ticket-keys.json": 0o600, "secret-key": 0o600}
    assert mode(folder) == 0o700
    again = load_keyring({}, folder, may_make=False).public_keys(), load_secret("", folder, may_make=False)
    assert again == (keys, secret)
    assert len(secret) > 40


def test_what_is_missing_is_not_replaced_once_the_database_is_in_use(folder: Path):
    for load in (lambda: load_keyring({}, folder, may_make=False), lambda: load_secret("", folder, may_make=False)):
        with pytest.raises(KeyringError, match=r"is missing.*Restore"):
            load()
    assert not folder.exists()


def test_the_files_of_a_unix_user_are_taken_over_once(tmp_path: Path, folder: Path):
    old = tmp_path / "home"
    before = load_keyring({}, old, may_make=True).public_keys()
    adopt(old, folder)
    assert load_keyring({}, folder, may_make=False).public_keys() == before
    assert mode(folder / "ticket-keys.json") == 0o600


def test_the_environment_goes_before_the_files(tmp_path: Path):
    load_keyring({"TICKET_KEYS": f"1:{SEEDS[1]}"}, tmp_path, may_make=True)
    mine = "Jq8wV2mRz7Yt4Lk9Xc3Nb6Hd1Gf5Ps0A"
    assert load_secret(mine, tmp_path, may_make=True) == mine
    assert not list(tmp_path.iterdir())
    load_keyring({"TICKET_KEY_FILE": str(tmp_path / "elsewhere" / "keys")}, NOWHERE, may_make=True)
    assert mode(tmp_path / "elsewhere" / "keys") == 0o600


@pytest.mark.parametrize("secret", ["dev", "secret", "changeme", "only for tests", "a" * 64, "abc" * 20, "x" * 31])
def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path, secret: str):
    with pytest.raises(KeyringError, match=r"SECRET_KEY is too short or too simple.*token_urlsafe"):
        load_secret(secret, tmp_path, may_make=True)


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_refused_with_the_remedy(key_file: Path, folder: Path, bits: int):
    key_file.chmod(bits)
    with pytest.raises(KeyringError, match=r"can be read by others\. Run: chmod 600"):
        load_keyring({}, folder, may_make=False)
    with pytest.raises(KeyringError, match="chmod 600"):
        rotate(key_file)


def test_a_secret_open_to_others_or_empty_is_refused(folder: Path):
    load_secret("", folder, may_make=True)
    path = folder / "secret-key"
    path.write_text("")
    with pytest.raises(KeyringError, match="is empty"):
        load_secret("", folder, may_make=True)
    path.chmod(0o644)
    with pytest.raises(KeyringError, match="chmod 600"):
        load_secret("", folder, may_make=True)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"1": 5}', '{"1": "AA=="}', '{"x": "AA=="}'])
def test_a_spoilt_key_file_is_refused_by_name(key_file: Path, folder: Path, content: str):
    key_file.write_text(content)
    with pytest.raises(KeyringError, match=r"ticket-keys\.json"):
        load_keyring({}, folder, may_make=True)


def test_a_folder_that_cannot_be_made_is_told_with_the_remedy(tmp_path: Path):
    (tmp_path / "dermaga").write_text("a file where the folder should be")
    with pytest.raises(KeyringError, match="TICKET_KEYS"):
        load_keyring({}, tmp_path / "dermaga", may_make=True)


def test_a_rotated_key_signs_from_then_on_and_the_old_ones_still_verify(key_file: Path, folder: Path):
    before = load_keyring({}, folder, may_make=False)
    ids = [before.current_id, rotate(key_file), rotate(key_file)]
    after = load_keyring({}, folder, may_make=False)
    assert after.current_id == ids[-1]
    assert sorted(after.keys) == sorted(set(ids))
    assert after.verify(before.current_id, before.sign(b"x"), b"x")
    assert mode(key_file) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_nothing_is_rotated_where_no_key_is(tmp_path: Path):
    with pytest.raises(KeyringError, match="is missing"):
        rotate(tmp_path / "new" / "keys.json")


def test_a_second_rotation_at_the_same_moment_is_refused_and_changes_nothing(key_file: Path, folder: Path):
    beside = key_file.with_name(f"{key_file.name}.new")
    beside.touch()
    with pytest.raises(KeyringError, match="somebody else is adding a key"):
        rotate(key_file)
    assert beside.exists()
    assert len(load_keyring({}, folder, may_make=False).keys) == 1


@pytest.mark.race
def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path):
    folders = [str(tmp_path / str(n)) for n in range(10)]
    processes = get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(8, mp_context=processes) as pool:
        seen = list(pool.map(first_start, [folder for folder in folders for _ in range(8)]))
    for n, folder in enumerate(folders):
        assert seen[8 * n : 8 * n + 8] == [seen[8 * n]] * 8
        assert set(os.listdir(Path(folder) / "dermaga")) == {"ticket-keys.json", "secret-key"}
