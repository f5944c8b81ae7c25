"""What goes along with a passenger who travels on another booking."""

from dataclasses import fields
from datetime import UTC, datetime

from app.booking.actions.transfer import _again
from app.booking.models import Passenger
from app.booking.travelers import Traveler


def test_every_typed_field_goes_along_to_the_other_booking() -> None:
    typed = {field.name: f"the {field.name}" for field in fields(Traveler)}
    again = _again(Passenger(**typed), 3, None, datetime(2024, 4, 1, tzinfo=UTC))
    assert {name: getattr(again, name) for name in typed} == typed
    assert again.position == 3
