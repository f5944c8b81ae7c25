"""The keys that sign: where they come from, who can read them, and how a new one joins them."""

import base64
import json
import os
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.keys import KeyringError, load_keyring, load_secret, rotate

SEEDS = [base64.b64encode(bytes([n]) * 32).decode() for n in range(4)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def first_start(folder: str) -> tuple[dict[int, str], str]:
    env = {"XDG_CONFIG_HOME": folder}
    return load_keyring(env).public_keys(), load_secret(env)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path)}


@pytest.fixture
def key_file(env: dict[str, str], tmp_path: Path) -> Path:
    load_keyring(env)
    return tmp_path / "dermaga" / "ticket-keys.json"


def test_the_highest_id_of_the_environment_signs_and_all_verify():
    old, both = (load_keyring({"TICKET_KEYS": t}) for t in (f"1:{SEEDS[1]}", f" 2:{SEEDS[2]}, 1:{SEEDS[1]},"))
    assert (old.current_id, both.current_id) == (1, 2)
    assert both.verify(2, both.sign(b"x"), b"x")
    assert both.verify(1, old.sign(b"x"), b"x")
    assert not both.verify(1, both.sign(b"x"), b"x")
    assert not both.verify(2, both.sign(b"x"), b"y")


def test_a_device_gets_raw_public_keys_as_base64url():
    keyring = load_keyring({"TICKET_KEYS": f"7:{SEEDS[1]}"})
    assert list(keyring.public_keys()) == [7]
    raw = base64.urlsafe_b64decode(keyring.public_keys()[7] + "=")
    Ed25519PublicKey.from_public_bytes(raw).verify(keyring.sign(b"x"), b"x")


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        f"1{SEEDS[1]}",
        f"x:{SEEDS[1]}",
        f"-1:{SEEDS[1]}",
        f"256:{SEEDS[1]}",
        "1:",
        f"1:{SEEDS[1][4:]}",
        f"1:{SEEDS[1]}!",
        f"1:{SEEDS[1]},1:{SEEDS[2]}",
        f"1:{SEEDS[1]},01:{SEEDS[2]}",
        f"1:{SEEDS[1]},2",
        ",",
    ],
)
def test_keys_that_are_none_are_refused_without_telling_them(text: str):
    with pytest.raises(KeyringError, match="TICKET_KEYS") as refusal:
        load_keyring({"TICKET_KEYS": text})
    assert SEEDS[1][:8] not in str(refusal.value)


def test_the_first_run_makes_files_that_only_their_owner_can_read(env: dict[str, str], tmp_path: Path):
    keys, secret = load_keyring(env).public_keys(), load_secret(env)
    folder = tmp_path / "dermaga"
    assert {path.name: mode(path) for path in folder.iterdir()} == {"ticket-keys.json": 0o600, "secret-key": 0o600}
    assert mode(folder) == 0o700
    assert (load_keyring(env).public_keys(), load_secret(env)) == (keys, secret)
    assert len(secret) > 40


def test_the_files_are_in_the_home_folder_unless_told_otherwise(tmp_path: Path):
    load_keyring({"HOME": str(tmp_path)})
    assert (tmp_path / ".config" / "dermaga" / "ticket-keys.json").exists()
    load_keyring({"HOME": str(tmp_path), "TICKET_KEY_FILE": str(tmp_path / "elsewhere" / "keys")})
    assert mode(tmp_path / "elsewhere" / "keys") == 0o600


def test_the_environment_goes_before_the_files(env: dict[str, str], tmp_path: Path):
    load_keyring({**env, "TICKET_KEYS": f"1:{SEEDS[1]}"})
    assert load_secret({**env, "SECRET_KEY": "mine"}) == "mine"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_refused_with_the_remedy(key_file: Path, env: dict[str, str], bits: int):
    key_file.chmod(bits)
    with pytest.raises(KeyringError, match=r"can be read by others\. Run: chmod 600"):
        load_keyring(env)
    with pytest.raises(KeyringError, match="chmod 600"):
        rotate(key_file)


def test_a_secret_open_to_others_or_empty_is_refused(env: dict[str, str], tmp_path: Path):
    load_secret(env)
    path = tmp_path / "dermaga" / "secret-key"
    path.write_text("")
    with pytest.raises(KeyringError, match="is empty"):
        load_secret(env)
    path.chmod(0o644)
    with pytest.raises(KeyringError, match="chmod 600"):
        load_secret(env)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"1": 5}', '{"1": "AA=="}', '{"x": "AA=="}'])
def test_a_spoilt_key_file_is_refused_by_name(key_file: Path, env: dict[str, str], content: str):
    key_file.write_text(content)
    with pytest.raises(KeyringError, match=r"ticket-keys\.json"):
        load_keyring(env)


def test_a_folder_that_cannot_be_made_is_told_with_the_remedy(tmp_path: Path):
    (tmp_path / "dermaga").write_text("a file where the folder should be")
    with pytest.raises(KeyringError, match="TICKET_KEYS"):
        load_keyring({"XDG_CONFIG_HOME": str(tmp_path)})


def test_a_rotated_key_signs_from_then_on_and_the_old_one_still_verifies(key_file: Path, env: dict[str, str]):
    before = load_keyring(env)
    assert rotate(key_file) == 2
    assert rotate(key_file) == 3
    after = load_keyring(env)
    assert (before.current_id, after.current_id) == (1, 3)
    assert after.verify(1, before.sign(b"x"), b"x")
    assert mode(key_file) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_rotating_before_the_first_run_makes_both_keys(tmp_path: Path):
    assert rotate(tmp_path / "new" / "keys.json") == 2


def test_a_second_rotation_at_the_same_moment_is_refused_and_changes_nothing(key_file: Path, env: dict[str, str]):
    beside = key_file.with_name(f"{key_file.name}.new")
    beside.touch()
    with pytest.raises(KeyringError, match="somebody else is adding a key"):
        rotate(key_file)
    assert beside.exists()
    assert load_keyring(env).current_id == 1


def test_after_key_255_there_is_no_other(key_file: Path):
    key_file.write_text(json.dumps({"255": SEEDS[1]}))
    with pytest.raises(KeyringError, match="the last one"):
        rotate(key_file)
    assert os.listdir(key_file.parent) == [key_file.name]


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
