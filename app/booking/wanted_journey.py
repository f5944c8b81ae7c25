"""The journey that somebody wants: to move to, or to wait for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WantedJourney:
    """A journey and class as somebody asks for it. Without calls, the whole voyage."""

    voyage_id: int
    fare_class_id: int
    from_call_id: int | None = None
    to_call_id: int | None = None
