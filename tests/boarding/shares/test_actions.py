"""Shares of the ceiling: together never more than may still come aboard, whatever each device does meanwhile."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask

from app.accounts.devices.actions import hear_of_device, revoke_device
from app.accounts.models import Role
from app.boarding.models import Stage
from app.boarding.shares.actions import AT_WORK, renew_share
from app.boarding.shares.models import BoardingShare
from app.db import db
from app.errors import NotFound
from app.seats.models import LegLoad
from tests.boarding.test_gate_rules import Post
from tests.conftest import Clock
from tests.enrolled import a_phone
from tests.factories import a_gate, a_user, a_voyage, departure_of, tickets_of


@pytest.fixture
def post(app: Flask, clock: Clock) -> Post:
    return Post(app, clock, places=100, ceiling=100)


def phones(number: int) -> list[int]:
    enrolled = [a_phone(name=f"HP {one}").device for one in range(number)]
    return [device.id for device in enrolled if device is not None]


def test_one_phone_alone_has_all_that_is_left(post: Post) -> None:
    [one] = phones(1)
    assert renew_share(one, post.departure.id) == 100
    [ticket] = tickets_of(post.people({}))
    post.boarding()
    post.scan(ticket.serial)
    assert renew_share(one, post.departure.id) == 99


def test_of_two_that_are_made_ready_together_each_has_half_whichever_asks_first(post: Post) -> None:
    one, other = phones(2)
    departure = post.departure.id
    assert [renew_share(phone, departure) for phone in (one, other, one, other)] == [50] * 4


def test_one_that_comes_later_is_given_its_half_once_the_first_has_asked_again(post: Post) -> None:
    [one] = phones(1)
    departure = post.departure.id
    assert renew_share(one, departure) == 100
    [other] = phones(1)
    assert renew_share(other, departure) == 0, "the first may have filled them all"
    assert [renew_share(phone, departure) for phone in (one, other)] == [50, 50]


def test_no_place_is_kept_for_a_phone_that_works_at_the_terminal_or_at_another_ship(post: Post) -> None:
    one, at_terminal, at_other_ship, at_home = phones(4)
    hear_of_device(at_terminal, gate_id=a_gate(post.departure.call.port, Stage.TERMINAL).id)
    hear_of_device(at_other_ship, gate_id=a_gate(post.departure.call.port).id)
    renew_share(at_other_ship, departure_of(a_voyage(departs_at=post.leaves)).id)
    departure = post.departure.id
    assert renew_share(one, departure) == 50, "one more may come"
    revoke_device(at_home, a_user(Role.ADMINISTRATOR).id)
    assert renew_share(one, departure) == 100


@pytest.mark.invented_counts
def test_the_last_place_goes_to_the_phone_that_asks_for_it(post: Post) -> None:
    one, other = phones(2)
    db.session.get_one(LegLoad, post.voyage.legs[0].id).aboard = 99
    db.session.commit()
    assert [renew_share(phone, post.departure.id) for phone in (one, other)] == [1, 0]


def test_a_share_is_not_less_than_whom_the_phone_has_let_in_while_there_is_room(post: Post) -> None:
    [one] = phones(1)
    departure = post.departure.id
    renew_share(one, departure)
    [other] = phones(1)
    assert renew_share(other, departure) == 0
    assert renew_share(one, departure, unsent=80) == 80
    assert renew_share(other, departure) == 20
    assert renew_share(one, departure, unsent=10_000) == 80


def test_what_a_silent_phone_holds_is_handed_out_when_it_asks_again_or_is_revoked(post: Post) -> None:
    one, other = phones(2)
    departure = post.departure.id
    assert [renew_share(phone, departure) for phone in (one, other)] == [50, 50]
    post.clock.moment += AT_WORK + timedelta(minutes=1)
    assert renew_share(one, departure) == 50
    revoke_device(other, a_user(Role.ADMINISTRATOR).id)
    assert renew_share(one, departure) == 100


@pytest.mark.invented_counts
def test_on_a_journey_over_several_legs_the_fullest_one_ahead_decides(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Bawean", "Surabaya", places=100, ceiling=100)
    first, second = voyage.legs
    db.session.get_one(LegLoad, first.id).aboard = 20
    db.session.get_one(LegLoad, second.id).aboard = 35
    db.session.commit()
    [one] = phones(1)
    assert renew_share(one, departure_of(voyage).id) == 65
    with pytest.raises(NotFound, match="departure_not_found"):
        renew_share(one, 99_999)


@pytest.mark.invented_counts
@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_of_contacts_no_soul_is_let_aboard_above_the_ceiling(seed: int, post: Post) -> None:
    """Phones let people aboard by themselves within their share, send some of them, fall silent, come back."""
    chance = Random(seed)
    departure, [leg] = post.departure.id, post.voyage.legs
    shares, sent = dict.fromkeys(phones(4), 0), 0
    unsent = dict.fromkeys(shares, 0)
    for _ in range(150):
        post.clock.moment += timedelta(minutes=chance.choice((0, 1, 3, 7)))
        phone = chance.choice(list(shares))
        if chance.random() < 0.5:
            unsent[phone] = min(shares[phone], unsent[phone] + chance.randint(0, 9))
        else:
            arrived = chance.randint(0, unsent[phone])
            unsent[phone] -= arrived
            sent += arrived
            db.session.get_one(LegLoad, leg.id).aboard = sent
            db.session.commit()
            shares[phone] = renew_share(phone, departure, unsent[phone])
        assert sent + sum(unsent.values()) <= 100
        assert sent + sum(max(shares[one], unsent[one]) for one in shares) <= 100
    kept = {one.device_id: one.places for one in db.session.query(BoardingShare)}
    assert kept == {one: places for one, places in shares.items() if one in kept}
