"""Every setting, read once from the environment, with its default, unit and meaning."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The settings of one running Dermaga; the environment variable is the field's name in capitals."""

    database_url: str = f"sqlite:///{ROOT / 'instance' / 'dermaga.db'}"
    """Where the tables are: SQLite (WAL) by default, `postgresql+psycopg://...` in production."""
    secret_key: str = ""
    """Signs sessions and forms; made on the first run when empty (see app/keys.py)."""
    secrets_folder: str = ""
    """Where this installation keeps its keys and secret; empty: beside its database, named after it."""
    hold_minutes: int = 15
    """How long places stay held while the travelers' details are typed."""
    hold_minutes_full: int = 8
    """The same when all of the class is taken; it shrinks from half full on. Dermaga's own, as all of these bounds."""
    child_alone_years: int = 12
    """A younger child is sold a place online only with somebody of 17 or more on the same order, where the operator has
    not named an age of its own. Dermaga's own: no operator's age is documented."""
    counter_hours: int = 24
    """How long places stay held for payment at the counter, never past the end of the sale."""
    counter_hours_full: int = 3
    """The same when all of the class is taken; it shrinks from half full on."""
    unpaid_percent: int = 50
    """Of a class's online places that are not sold, so many per cent may be held unpaid; more is only noted."""
    counter_percent: int = 20
    """Of a class's online places, so many per cent may wait for the counter at a moment."""
    address_percent: int = 5
    """Of a voyage's online places, so many per cent may be held unpaid from one address (or IPv6 /64) at a moment,"""
    address_places: int = 16
    """and so many places at most; one whole booking always, of a small ship a tenth, but four places."""
    unused_holds: int = 3
    """After so many holds of one browser that ended unused, its next ones are only noted,"""
    pause_minutes: int = 60
    """until so long after them."""
    noted_kept_hours: int = 48
    """An order that kept no places and was not paid is deleted so long after its end, with the people on it."""
    offer_minutes: int = 60
    """How long places are held for whoever is next on the waiting list. Dermaga's own: no source gives a figure."""
    aside_minutes: int = 60
    """So long at most, once, free places are set aside for the first waiting group that needs more; 0: not at all."""
    no_show_minutes: int = 30
    """So long before departure the places of those who are not at the gate go to standby. Dermaga's own, too."""
    sale_closes_minutes: int = 60
    """The sale ends this long before departure. Dermaga's own default: no source gives an operator's minute."""
    changes_close_minutes: int = 60
    """A booking can be changed until so long before departure, as long as places are sold. Dermaga's own."""
    passage_hours: int = 30
    """How long a journey is taken to last where no arrival is documented. Dermaga's own: Sampit to Semarang is
    reported as 23 to 30 hours (antaranews 899661)."""
    contact_limit: int = 16
    """Persons that one phone number may have on orders of one browser, on voyages that have not left. Dermaga's own."""
    person_limit: int = 2
    """Unpaid orders of one browser at a moment that keep places for one person; the next are only noted."""
    boarding_opens_minutes: int = 120
    """Embarkation starts this long before departure (Sampit 2024 and 2025, antaranews 688278 and 752037)."""
    open_early_minutes: int = 240
    """One officer may open boarding so long before its usual time; earlier, and at most a day, it takes two."""
    leave_early_minutes: int = 60
    """One person may say so long before its time that a ship has left; earlier, at most a day more, it takes two."""
    leave_late_hours: int = 24
    """And until so long after its time; later it takes two."""
    undo_minutes: int = 10
    """So long may whoever opened boarding or let the ship go take it back alone; later it takes two. An act that
    cannot be taken back, such as calling a voyage off, waits for so long before it is done."""
    second_person_souls: int = 20
    """A change of a voyage that takes the places of so many people or more, days ahead, takes two persons."""
    around_hours: int = 24
    """So near to its plan one person calls a voyage off, or says that a ship has come; farther away it takes two."""
    earlier_hours: int = 12
    """One person moves a departure or arrival so much to an earlier time than planned,"""
    later_days: int = 3
    """and so much to a later one; farther it takes two. Dermaga's own, as all bounds of what one person may do."""
    booking_limit: int = 60
    """Orders of one browser from one address in ten minutes; whoever keeps no cookie is bound by the address alone."""
    address_pace: int = 60
    """Orders from one address (or IPv6 /64) in ten minutes; each further one asks for a little work, or a short wait.
    A phone network or a village shares one address, so it is never closed. Dermaga's own."""
    search_limit: int = 30
    """Look-ups by booking code from one address in ten minutes."""
    sign_in_limit: int = 10
    """Sign-in attempts for one name from one address in ten minutes."""
    session_idle_minutes: int = 720
    """A browser in which nobody has done anything for so long is signed out: one shift."""
    session_hours: int = 168
    """A sign-in in a browser ends after so long, whatever was done."""
    first_password_hours: int = 72
    """So long a password that an administrator or the command line gave is good for signing in once and changing it."""
    live_url: str = ""
    """Where browsers find the live stream; empty: same host, port `live_port`."""
    live_port: int = 8001
    """Port of the live process when `live_url` is empty."""
    live_listeners: int = 4000
    """Open streams that one live process takes (each costs a descriptor); whoever comes then is told to poll."""
    live_per_address: int = 50
    """Open streams of the public from one address (of IPv6: one /64); a village may share one. Others poll."""
    live_reserved: int = 400
    """Streams out of `live_listeners` kept for people who are signed in, at most a fifth of them."""
    trusted_proxies: int = 0
    """How many reverse proxies in front may be believed about the visitor's address and scheme."""
    secure_cookies: bool = False
    """Send cookies over HTTPS only; set it to 1 wherever the site is served over HTTPS."""
    port_name: str = "Sampit"
    """The port whose officials look at the board."""


BOUNDS: dict[str, tuple[int, int]] = {
    "hold_minutes": (1, 240),
    "counter_hours": (1, 168),
    "offer_minutes": (1, 1440),
    "no_show_minutes": (1, 1440),
    "sale_closes_minutes": (0, 10_080),
    "changes_close_minutes": (0, 10_080),
    "passage_hours": (1, 240),
    "boarding_opens_minutes": (1, 1440),
    "undo_minutes": (1, 120),
    "first_password_hours": (1, 720),
    "second_person_souls": (1, 1000),
    "around_hours": (1, 240),
    "earlier_hours": (1, 240),
    "later_days": (1, 60),
    "live_port": (1, 65_535),
    "trusted_proxies": (0, 10),
    "hold_minutes_full": (1, 240),
    "counter_hours_full": (1, 168),
    "unpaid_percent": (1, 100),
    "counter_percent": (1, 100),
    "address_percent": (1, 100),
}
"""The least and the most of a number; of any other: 1 to a million, for a limit of 0 would shut everybody out."""

ANY_NUMBER = (1, 1_000_000)

OTHER_NAMES = frozenset({"PORT", "WEB_CONCURRENCY", "LOG_LEVEL", "TICKET_KEYS", "TICKET_KEY_FILE"})
"""Variables that are read elsewhere (app/server.py, app/keys.py)."""

_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


class SettingError(ValueError):
    """A setting that cannot be meant; the text names the variable and the remedy."""


def load(env: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `env`. Raises SettingError for a value that is not of its kind, and for a misspelt name."""
    _refuse_misspelt(env)
    values: dict[str, str | int | bool] = {}
    for field in fields(Settings):
        name, text = field.name.upper(), env.get(field.name.upper(), "").strip()
        if not text:
            continue
        if field.type is bool:
            if text.lower() not in _YES | _NO:
                raise SettingError(f"{name} must be 1 or 0, not {text!r}.")
            values[field.name] = text.lower() in _YES
        elif field.type is int:
            values[field.name] = _number(name, text, BOUNDS.get(field.name, ANY_NUMBER))
        else:
            values[field.name] = _text(name, text)
    return Settings(**values)  # type: ignore[arg-type]  # each value was made of its field's kind above


def _number(name: str, text: str, bounds: tuple[int, int]) -> int:
    least, most = bounds
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise SettingError(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
    return int(text)


def _text(name: str, text: str) -> str:
    """A text as it was given; addresses must be such."""
    if name == "LIVE_URL" and not text.startswith(("http://", "https://", "/")):
        raise SettingError(f"LIVE_URL must begin with https://, http:// or /, not {text!r}.")
    if name == "DATABASE_URL" and "://" not in text:
        raise SettingError("DATABASE_URL must be like sqlite:////path/file.db or postgresql+psycopg://host/name.")
    return text


def _refuse_misspelt(env: Mapping[str, str]) -> None:
    """A variable that is nearly one of ours, or says that it is ours, was meant to be one."""
    known = {field.name.upper() for field in fields(Settings)} | OTHER_NAMES
    for name in env:
        if name in known or len(name) < 8:
            continue
        meant = next((one for one in sorted(known) if _is_near(name, one)), None)
        if meant or name.startswith("DERMAGA_"):
            hint = f"did you mean {meant}?" if meant else "settings have no such prefix; app/config.py lists them."
            raise SettingError(f"{name} is no setting of Dermaga: {hint} Correct it, or take it out.")


def _is_near(one: str, other: str) -> bool:
    """Whether two names differ by a letter that is missing, too many or another, or by two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        differ = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        swapped = len(differ) == 2 and one[differ[0]] + one[differ[1]] == other[differ[1]] + other[differ[0]]
        return len(differ) == 1 or swapped
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


_current = Settings()


def use(settings: Settings) -> None:
    """Make `settings` the ones in force in this process."""
    global _current
    _current = settings


def current() -> Settings:
    """The settings in force."""
    return _current
