"""The facts that we tell the world, one small class each. They hold ids, never persons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something about one voyage has changed; whoever shows that voyage asks for its state again."""

    voyage_id: int


@dataclass(frozen=True)
class PlacesChanged(Event):
    """Places of the voyage were held, sold, given back or allotted anew."""


@dataclass(frozen=True)
class AboardChanged(Event):
    """A person was admitted to or refused at a gate of the voyage, or its ceiling changed."""


@dataclass(frozen=True)
class TimesChanged(Event):
    """The voyage has a new time, boarding was opened, the ship left or arrived."""
