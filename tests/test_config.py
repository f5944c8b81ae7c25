"""Every setting has a bound and a kind, and a value that cannot be meant refuses to start with the remedy."""

from dataclasses import fields

import pytest

from app.config import ANY_NUMBER, BOUNDS, SettingError, Settings, load

NUMBERS = [field for field in fields(Settings) if field.type is int]


def refused(name: str, value: str) -> str:
    with pytest.raises(SettingError, match=name) as refusal:
        load({name: value})
    return str(refusal.value)


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
def test_a_number_out_of_its_bounds_is_refused_and_the_shipped_one_is_within(field) -> None:
    name, (least, most) = field.name.upper(), BOUNDS.get(field.name, ANY_NUMBER)
    assert least <= field.default <= most
    for value in (least - 1, most + 1, -1, 10**12):
        assert f"from {least} to {most}" in refused(name, str(value))
    for value in ("many", "1.5", "٣", "1e3", "0x10"):
        refused(name, value)
    assert getattr(load({name: str(most)}), field.name) == most


def test_every_setting_is_a_number_a_switch_or_a_text_and_bounds_are_of_settings() -> None:
    assert {field.type for field in fields(Settings)} <= {int, bool, str}
    assert set(BOUNDS) <= {field.name for field in NUMBERS}


@pytest.mark.parametrize("field", [f for f in fields(Settings) if f.type is bool], ids=lambda field: field.name)
def test_a_switch_is_on_or_off_and_nothing_else(field) -> None:
    for value in ("ture", "2", "y e s", "maybe"):
        refused(field.name.upper(), value)
    assert [getattr(load({field.name.upper(): value}), field.name) for value in ("1", "TRUE", "0", "off")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["SECURE_COOKIE", "HOLD_MINUTS", "SECURE_COOKEIS", "DATABASE_URI", "TICKET_KEY", "DERMAGA_SECRET_KEY"]
)
def test_a_misspelt_setting_is_refused(name: str) -> None:
    refused(name, "1")


def test_what_other_programs_keep_in_the_environment_is_theirs() -> None:
    names = ("HOSTNAME", "USERNAME", "PATH", "PORT", "LIVE_PORT", "TICKET_KEYS", "PYTHONPATH", "LOG_LEVEL", "PGPORT")
    assert load(dict.fromkeys(names, "1")).live_port == 1


def test_addresses_must_be_addresses() -> None:
    refused("LIVE_URL", "javascript:alert(1)")
    refused("DATABASE_URL", "dermaga.db")
