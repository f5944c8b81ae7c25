"""Programs that nobody taught manners: a fuzz of the whole specification, in process, as everybody who may call.

Few examples from a fixed seed; for a long run: `FUZZ_EXAMPLES=1500 FUZZ_SEED=7 pytest tests/web/test_api_fuzz.py`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    PhasesConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    SimpleCheckConfig,
    StatefulPhaseConfig,
)
from schemathesis.config._checks import MissingRequiredHeaderConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, ScenarioFinished
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from app import clock
from app.accounts.models import Role
from app.booking.models import PaymentMethod
from app.web.api.door import PREFIX
from app.web.guard import new_token
from tests import factories

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
LONG = EXAMPLES > 100
SEED = int(os.environ.get("FUZZ_SEED", "1"))
REFUSED = ["2xx", "3xx", "401", "403", "404", "409", "410", "422"]
"""What a call of the documented shape may hear: the domain can refuse it, the reader of its shape cannot."""


class Harbour:
    """A small port with something of everything, so that calls get beyond "not found"."""

    def __init__(self) -> None:
        open_for_sale = [factories.a_voyage(places=900), factories.a_voyage("Sampit", "Kumai", "Semarang", places=900)]
        boarding = factories.a_voyage(places=900, departs_at=clock.now() + timedelta(minutes=70))
        voyages = [*open_for_sale, boarding]
        kinds = ("paid", PaymentMethod.COUNTER, None)
        bookings = [factories.a_booking(boarding, 2, 1, payment=kind) for kind in kinds] + [factories.a_hold(boarding)]
        tickets = [ticket for booking in bookings for ticket in factories.tickets_of(booking)]
        self.proofs = {booking.code: booking.request_id for booking in bookings}
        self.known: dict[str, list[Any]] = {
            "voyage_id": [voyage.id for voyage in voyages],
            "departure_id": [factories.departure_of(voyage).id for voyage in reversed(voyages)],
            "gate_id": [factories.a_gate().id],
            "fare_class_id": [1],
            "position": [0, 1, 2],
            "code": list(self.proofs),
            "serial": [ticket.serial for ticket in tickets],
            "shown": [ticket.signed or ticket.serial for ticket in tickets],
        }

    def steer(self, _context: object, case: Any, _kwargs: object) -> None:
        """Let most calls of the right shape ask for what is there, and prove that they may."""
        for part in (case.path_parameters, case.body):
            for name in self.known.keys() & (part if isinstance(part, dict) else {}):
                choice = crc32(str(part[name]).encode(errors="replace"))
                if _has_the_shape(name, part[name]) and (name == "code" or choice % 5):
                    part[name] = self.known[name][choice % len(self.known[name])]
                    if name == "code":
                        case.headers["X-Booking-Key"] = self.proofs[part[name]]


def _has_the_shape(name: str, value: object) -> bool:
    if name in {"code", "serial", "shown"}:
        lengths = {"code": (8, 8), "serial": (10, 10), "shown": (1, 400)}[name]
        return isinstance(value, str) and value.isascii() and lengths[0] <= len(value) <= lengths[1]
    first = 0 if name == "position" else 1
    return type(value) is int and first <= value <= (255 if name == "fare_class_id" else 2**31 - 1)


@contextmanager
def steered_by(harbour: Harbour) -> Iterator[None]:
    """Calls are steered meanwhile."""
    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(harbour.steer, "before_call")
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(harbour.steer)


def settings_of_a_run(role: Role | None, edges: bool) -> SchemathesisConfig:
    """The same calls every time, and every check but those two of a missing token, which test_api.py makes."""
    headers = {"Accept-Encoding": "identity"}
    if role:
        headers["Authorization"] = f"Bearer {new_token(factories.a_user(role))}"
    # In process, the one check calls wrongly (schemathesis 4.32), and the other one sends the token all the same.
    off = SimpleCheckConfig(enabled=False)
    project = ProjectConfig(
        headers=headers,
        continue_on_failure=True,
        generation=GenerationConfig(max_examples=EXAMPLES, database="none"),
        phases=PhasesConfig(
            coverage=CoveragePhaseConfig(enabled=edges, unexpected_methods=set() if role else None),
            stateful=StatefulPhaseConfig(enabled=LONG),
        ),
        checks=ChecksConfig(
            positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=REFUSED),
            ignored_auth=off,
            missing_required_header=MissingRequiredHeaderConfig(enabled=False),
        ),
    )
    return SchemathesisConfig(seed=SEED, projects=ProjectsConfig(default=project))


ITS_OWN_RESULT = ("POST /api/v1/scans/uploads", "Schema-violating request accepted")
"""One broken scan among those that a device has kept is a result of its own, so that it never holds up the others
(tests/web/test_uploads.py)."""


def faults(event: EngineEvent) -> Iterator[str]:
    """What an event tells of answers that are not as documented."""
    if isinstance(event, FatalError):
        yield repr(event.exception)
    if isinstance(event, NonFatalError):
        yield f"{event.label}: {event.value!r}"
    if isinstance(event, ScenarioFinished):
        for check in chain.from_iterable(event.recorder.checks.values()):
            if check.failure_info:
                failure = check.failure_info.failure
                if (event.label, failure.title) == ITS_OWN_RESULT:
                    continue
                yield f"{event.label}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"


def successes(event: EngineEvent) -> set[str]:
    """The operations that an event saw succeed."""
    if not isinstance(event, ScenarioFinished):
        return set()
    calls = event.recorder.interactions
    good = [key for key, call in calls.items() if call.response and call.response.status_code < 300]
    cases = [event.recorder.cases[key].value for key in good]
    return {case.operation.label for case in cases if case.method == case.operation.method.upper()}


@pytest.mark.both_engines
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("role", [None, *Role])
def test_whatever_is_sent_the_answer_is_a_documented_one(app: Flask, engine: str, role: Role | None) -> None:
    # The edges of shapes are the same on both engines, and do not depend on who asks once they may enter.
    edges = LONG or (engine == "sqlite" and role in {None, Role.OFFICER})
    settings = settings_of_a_run(role, edges)
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app, config=settings)
    if role:  # and a check of a password takes its time
        schema = schema.exclude(operation_id="begin_session")
    found, done = [], set()
    with steered_by(Harbour()):
        for event in from_schema(schema).execute():
            found += faults(event)
            done |= successes(event)
    assert not found, "\n\n".join(dict.fromkeys(found))
    reached = {"/departures", "/voyages", "/voyages/{voyage_id}", "/bookings/{code}", "/bookings/{code}/tickets"}
    assert {f"GET {PREFIX}{path}" for path in reached} <= done, "nearly all was refused, so little was tried"
