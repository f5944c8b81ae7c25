"""Users, their passwords and their sessions."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.accounts.actions import change_own_password, change_user, create_user, sign_out_everywhere, spend_allowance
from app.accounts.models import RateCount, Role, User
from app.accounts.queries import find_user_by_name, find_user_by_password, list_users
from app.config import ROOT
from app.db import db
from app.errors import NotFound, Refusal
from app.live.actions import sweep
from tests.conftest import Clock
from tests.factories import PASSWORD, a_user


def now(user: User) -> User:
    """The user as it stands in the tables."""
    db.session.expire_all()
    return db.session.get(User, user.id)


def test_a_name_is_one_name_in_whatever_case(app: Flask) -> None:
    somebody = a_user(username="Siti")
    assert somebody.username == "siti"
    assert find_user_by_name(" SITI") is somebody
    with pytest.raises(Refusal) as refusal:
        create_user(" sItI ", "Siti Lain", Role.OFFICER, PASSWORD)
    assert (refusal.value.code, refusal.value.field) == ("username_taken", "username")


def test_only_the_hash_of_a_password_is_kept(app: Flask) -> None:
    somebody = now(a_user())
    assert somebody.password_hash.startswith("$argon2id$")
    assert PASSWORD not in somebody.password_hash


def test_a_hash_is_dear_where_no_test_has_made_it_cheap() -> None:
    told = "from app.accounts.models import hasher; print(hasher.hash('x'))"
    made = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT)
    assert made.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_short_password_is_refused_with_how_long_it_must_be(app: Flask) -> None:
    with pytest.raises(Refusal) as refusal:
        create_user("pendek", "Pendek", Role.OFFICER, "123456789")
    assert (refusal.value.code, refusal.value.details) == ("password_short", {"minimum": 12})
    assert list_users() == []


def test_a_user_is_found_by_name_and_password_while_active(app: Flask) -> None:
    somebody = a_user()
    assert find_user_by_password(somebody.username, PASSWORD) is somebody
    for name, password in ((somebody.username, "salah sekali"), ("tidak-ada", PASSWORD), ("a\0b", PASSWORD)):
        assert find_user_by_password(name, password) is None
    change_user(somebody.id, active=False, role=Role.OFFICER)
    assert find_user_by_password(somebody.username, PASSWORD) is None


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"role": Role.OFFICIAL}, {"password": "sandi baru yang panjang"}],
    ids=["deactivated", "role", "password"],
)
def test_whatever_an_administrator_changes_ends_the_sessions(app: Flask, change: dict[str, object]) -> None:
    somebody = a_user()
    before = somebody.session_key
    change_user(somebody.id, **{"active": True, "role": Role.OFFICER, **change})  # type: ignore[arg-type]
    assert now(somebody).session_key != before


def test_nothing_changed_ends_no_session(app: Flask) -> None:
    somebody = a_user()
    before = somebody.session_key
    change_user(somebody.id, active=True, role=Role.OFFICER)
    assert now(somebody).session_key == before


@pytest.mark.parametrize(("active", "role"), [(False, Role.ADMINISTRATOR), (True, Role.OFFICER)])
def test_the_last_administrator_stays_one(app: Flask, active: bool, role: Role) -> None:
    first, second = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    change_user(second.id, active=active, role=role)
    with pytest.raises(Refusal) as refusal:
        change_user(first.id, active=active, role=role)
    assert refusal.value.code == "last_administrator"
    assert (now(first).active, now(first).role) == (True, Role.ADMINISTRATOR)
    change_user(first.id, active=True, role=Role.ADMINISTRATOR, password="sandi baru yang panjang")


def test_a_password_of_ones_own_needs_the_old_one_and_ends_the_sessions(app: Flask) -> None:
    somebody = a_user()
    before = somebody.session_key
    with pytest.raises(Refusal) as refusal:
        change_own_password(somebody.id, "salah sekali", "sandi baru yang panjang")
    assert (refusal.value.code, refusal.value.field) == ("password_wrong", "old_password")
    with pytest.raises(Refusal, match="password_same"):
        change_own_password(somebody.id, PASSWORD, PASSWORD)
    assert now(somebody).session_key == before
    change_own_password(somebody.id, PASSWORD, "sandi baru yang panjang")
    assert now(somebody).has_password("sandi baru yang panjang")
    assert now(somebody).session_key != before


def test_signing_out_everywhere_gives_a_new_session_key(app: Flask) -> None:
    somebody = a_user()
    before = somebody.session_key
    sign_out_everywhere(somebody.id)
    assert now(somebody).session_key != before
    with pytest.raises(NotFound):
        sign_out_everywhere(10_000)


def test_attempts_are_counted_per_bucket_until_their_window_ends(app: Flask, clock: Clock) -> None:
    for _ in range(2):
        spend_allowance("a", 2)
    clock.forward(seconds=100)
    with pytest.raises(Refusal) as refusal:
        spend_allowance("a", 2)
    assert (refusal.value.status, refusal.value.details) == (429, {"retry_after_seconds": 500})
    spend_allowance("b", 2)
    clock.forward(seconds=501)
    spend_allowance("a", 2)


def test_counts_of_windows_that_have_ended_are_not_kept(app: Flask, clock: Clock) -> None:
    spend_allowance("a", 2)
    clock.forward(seconds=601)
    spend_allowance("b", 2)
    sweep()
    assert [count.bucket for count in db.session.scalars(db.select(RateCount))] == ["b"]
    clock.forward(seconds=601)
    spend_allowance("b", 1)
    assert db.session.scalars(db.select(RateCount.spent)).all() == [1], "a window begins anew"


def test_two_administrators_cannot_put_each_other_out_at_the_same_moment(app: Flask) -> None:
    both = [a_user(Role.ADMINISTRATOR).id for _ in range(2)]
    ready = Barrier(2)

    def put_out(user_id: int) -> str:
        with app.app_context():
            ready.wait(timeout=10)
            try:
                change_user(user_id, active=False, role=Role.ADMINISTRATOR)
            except Refusal as refusal:
                return refusal.code
            finally:
                db.session.remove()
            return "out"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(put_out, both))
    assert answers == ["last_administrator", "out"]
    db.session.expire_all()
    assert sum(user.active for user in list_users()) == 1
