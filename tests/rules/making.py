"""Rules for tests, with good defaults."""

from typing import Any

BOTH = {"id": "Kalimat.", "en": "A sentence."}


def a_rule(**changes: Any) -> dict[str, Any]:
    """A rule that asks for an age of at least six."""
    rule: dict[str, Any] = {
        "code": "six-or-older",
        "title": BOTH,
        "traveler": BOTH,
        "officer": BOTH,
        "next": BOTH,
        "regulation": "SE 0/2000",
        "source": "https://example.org/",
        "sure": "press",
        "logic": {">=": [{"var": "person.age_years"}, 6]},
        "outcome": "hold",
        "missing": {"sale": "note", "gate": "refer"},
    }
    return {key: value for key, value in {**rule, **changes}.items() if value is not ...}


def some_facts(**changes: Any) -> dict[str, Any]:
    """A passenger of thirty on the quay of Sampit."""
    facts: dict[str, Any] = {
        "stage": "quay",
        "voyage": {"day": "2022-04-20", "port": "IDSMQ", "operator": "PELNI", "minutes_to_departure": 90},
        "person": {"age_years": 30},
    }
    return {**facts, **changes}
