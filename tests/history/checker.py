"""Proves from what clients were told, and from the tables in the end, that nothing went wrong in between.

It knows nothing of how places are counted. It has a list of requests with their answers (or without, where the
connection was cut or the server killed) and reasons only from what is certain: whoever was answered surely had the
places from then on, whoever was not may have had them or not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.history.records import COUNTER_SECONDS, HOLD_SECONDS, Facts, Record, Row, ServerClock, Spot, Tables

BLINK = 0.002
"""Seconds; times are rounded on the way."""
STALE_SECONDS = 1.0
"""So long after a commit a reader may be told what was true before."""
LINGER_SECONDS = 30.0
"""So long after a connection was cut its request may still be done."""
NEVER = float("inf")


@dataclass(frozen=True)
class Violation:
    """Something that may not be: `kind` is oversold, lost, leaked, or the rule that was broken."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


@dataclass
class Story:
    """Everything about one request for places."""

    request_id: str
    holds: list[Record] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)
    row: Row | None = None

    @property
    def granted(self) -> list[Record]:
        """The attempts that were answered with a booking, in the order of the answers."""
        return sorted((r for r in self.holds if r["status"] in (200, 201)), key=lambda r: r["got"])

    def asked(self, op: str, method: str = "") -> list[Record]:
        """Other requests about the booking, answered or not."""
        return [r for r in self.others if r["op"] == op and method in ("", r.get("method"))]

    def done(self, op: str, method: str = "") -> list[Record]:
        """Those that were answered with yes."""
        return [r for r in self.asked(op, method) if r["status"] == 200]

    @property
    def paid(self) -> list[Record]:
        """Answers that said it is confirmed."""
        return [r for r in (*self.holds, *self.others) if r["status"] in (200, 201) and r.get("state") == "confirmed"]

    @property
    def until(self) -> float | None:
        """The end of the hold as it was told first; None of an order that kept no places when it was told."""
        for record in self.granted:
            told = record.get("until")
            if told is not None and record.get("state") == "held" and not self._by_counter(told):
                return float(told)
        return None

    @property
    def noted_ends(self) -> list[float]:
        """Until when its orders may be paid that keep no places."""
        noted = [r for r in (*self.granted, *self.others) if r.get("state") == "noted"]
        return [float(record["until"]) for record in noted if record.get("until")]

    @property
    def counter_ends(self) -> list[float]:
        """What those who chose the counter were told, in the order of the answers."""
        told = sorted((r for r in self.done("pay") if r.get("until")), key=lambda r: r["got"])
        return [float(r["until"]) for r in told]

    def _by_counter(self, until: float) -> bool:
        """Whether that end can only have come from the choice of the counter."""
        return any(
            r["lo"] + COUNTER_SECONDS - BLINK <= until <= r["hi"] + COUNTER_SECONDS + BLINK for r in self.asked("pay")
        )

    @property
    def latest_end(self) -> float:
        """The hold can have lasted until then, and not longer."""
        ends = [until for until in (self.until, *self.counter_ends, *self.noted_ends) if until is not None]
        if not self.counter_ends:
            ends += [r["hi"] + COUNTER_SECONDS for r in self.asked("pay", "counter") if r["status"] is None]
            ends += [r["hi"] + COUNTER_SECONDS for r in self.asked("pay", "counter") if (r["status"] or 0) >= 500]
        return max(ends, default=max((r["hi"] for r in self.holds), default=0.0) + HOLD_SECONDS)

    def surely(self, clock: ServerClock) -> tuple[float, float] | None:
        """From when until when, on the machine's clock, they certainly had the places; None when never."""
        if not self.granted or self.granted[0].get("state") not in {"held", "confirmed"}:
            return None
        start = float(self.granted[0]["got"])
        if self.row is not None and self.row.state == "confirmed":
            return start, NEVER
        end = self.counter_ends[0] if self.counter_ends else self.until
        if end is None:
            return None
        given_back = min((r["sent"] for r in self.asked("release")), default=NEVER)
        over = min(given_back, clock.reaches(end, min(start, self.granted[0]["sent"])))
        return (start, over) if over > start else None

    def maybe_during(self, record: Record) -> bool:
        """Whether they can have had the places at some moment of that request."""
        if self.row is None or min(r["sent"] for r in self.holds) > record["got"]:
            return False
        if self.row.state == "confirmed":
            return True
        given_back = any(r["got"] <= record["sent"] for r in self.done("release"))
        return not given_back and record["lo"] <= self.latest_end


class History:
    """The records of some voyages, put in order."""

    def __init__(self, records: Iterable[Record], facts: Sequence[Facts], tables: Tables) -> None:
        self.facts = {fact.voyage_id: fact for fact in facts}
        self.tables, self.clock = tables, ServerClock()
        self.stories: dict[str, Story] = {}
        self.reads: list[Record] = []
        self.kills: list[float] = []
        self.carried: list[Record] = []
        for record in records:
            self._add(record)
        for story in self.stories.values():
            for record in (*story.holds, *story.others):
                if record["got"] is None:
                    # It may still have been done, some time after whoever asked was gone.
                    record["lo"], record["hi"] = self.clock.span(record["sent"], record["sent"] + LINGER_SECONDS)
        self.strangers = []
        for row in tables.rows:
            story = self.stories.get(row.request_id)
            if story is None or not story.holds:
                self.strangers.append(row)
            else:
                story.row = row
        self.by_voyage: dict[int, list[Story]] = defaultdict(list)
        for story in self.stories.values():
            if story.holds:
                self.by_voyage[story.holds[0]["voyage"]].append(story)

    def _add(self, record: Record) -> None:
        op = record["op"]
        if op == "jump":
            self.clock.jump(record["at"], record["offset"])
        elif op == "kill":
            self.kills.append(record["at"])
        elif op == "read":
            self.reads.append(record)
        elif "carried" in record:
            self.carried.append(record)
        else:
            story = self.stories.setdefault(record["rid"], Story(record["rid"]))
            (story.holds if op == "hold" else story.others).append(record)

    def check(self) -> Iterator[Violation]:
        """Everything that is wrong; nothing for a history that may be."""
        for row in self.strangers:
            yield Violation("uncalled", f"booking {row.code} was asked for by nobody")
        for story in self.stories.values():
            yield from self._one_booking(story)
            yield from self._its_end(story)
            yield from self._its_outcome(story)
        for record in self.carried:
            yield from self._still_the_same(record)
        for voyage_id, fact in self.facts.items():
            stories = self.by_voyage[voyage_id]
            yield from self._never_too_many(fact, stories)
            yield from self._tables_add_up(fact)
            yield from self._refused_for_a_reason(fact, stories)
            yield from self._told_the_truth(fact, stories)

    # One request

    def _one_booking(self, story: Story) -> Iterator[Violation]:
        codes = {r["code"] for r in story.granted}
        if len(codes) > 1:
            yield Violation("two_bookings", f"request {story.request_id} was answered with {sorted(codes)}")
        if codes and (story.row is None or story.row.code not in codes):
            yield Violation("lost", f"{sorted(codes)} was answered, and is not in the tables")
        for record in (*story.holds, *story.others):
            status = record["status"]
            if status == 500 and not any(at <= record["got"] and record["sent"] <= at + 10 for at in self.kills):
                yield Violation("broken", f"{record['op']} {story.request_id} was answered with 500")
            if status == 404 and codes:
                yield Violation("lost", f"{sorted(codes)} was answered, and then was not found")
        if story.row is None or not story.holds:
            return
        asked, row = story.holds[0], story.row
        wanted = tuple(asked[name] for name in ("voyage", "first", "last", "class", "channel", "places", "souls"))
        kept = (row.voyage_id, row.first, row.last, row.kind, row.channel, row.places, row.souls)
        if wanted != kept:
            yield Violation("changed", f"{row.code}: asked for {wanted}, kept {kept}")

    def _its_end(self, story: Story) -> Iterator[Violation]:
        if not story.granted:
            return
        code, until = story.granted[0]["code"], story.until
        # Made by the attempt that was answered, or by one before it.
        before = [r for r in story.holds if r["sent"] <= story.granted[0]["got"]]
        first, last = min(r["lo"] for r in before), max(r["hi"] for r in before)
        # A hold is shorter where the ship fills, and never longer than the setting says.
        if until is not None and not first < until <= last + HOLD_SECONDS + BLINK:
            yield Violation("wrong_end", f"{code} was told {until}, asked first at {first}")
        for record in (*story.granted, *story.done("name"), *story.done("pay")):
            told = record.get("until")
            if told is None or until is None or record.get("state") == "noted" or abs(told - until) <= BLINK:
                continue
            # Choosing the counter moves the end, once.
            first_choice = story.counter_ends[0] if story.counter_ends else told
            if not story._by_counter(told) or abs(told - first_choice) > BLINK:
                yield Violation("extended", f"{code}: {record['op']} moved the end from {until} to {told}")
        for record in (*story.done("name"), *story.done("pay")):
            # Whoever has paid may be told so again at any time.
            before = [r for r in story.asked("pay") if r["lo"] <= story.latest_end and record["op"] == "pay"]
            if record["lo"] > story.latest_end + BLINK and not before:
                yield Violation("held_too_long", f"{code}: {record['op']} went through after {story.latest_end}")
        yield from self._not_too_early(story)

    def _not_too_early(self, story: Story) -> Iterator[Violation]:
        code, until = story.granted[0]["code"], story.until
        for record in story.others:
            if record["status"] != 410 or until is None:
                continue
            counter = [r for r in story.done("pay", "counter") if r["got"] <= record["sent"] and r.get("until")]
            end = float(counter[0]["until"]) if counter else until
            given_back = any(r["sent"] <= record["got"] for r in story.asked("release"))
            if not given_back and self.clock.highest(record["got"]) < end - BLINK:
                yield Violation("ended_too_early", f"{code}: {record['op']} was refused before {end}")

    def _its_outcome(self, story: Story) -> Iterator[Violation]:
        row = story.row
        if row is None:
            return
        told = any(r.get("refusal") == "already_confirmed" for r in story.others)
        if (story.paid or told) and row.state != "confirmed":
            yield Violation("lost", f"{row.code} was confirmed, and is {row.state}")
        if row.state == "confirmed":
            if not story.asked("pay", "paid"):
                yield Violation("uncalled", f"{row.code} is confirmed, and nobody paid")
            if any(r.get("state") == "cancelled" for r in story.done("release")):
                yield Violation("contradiction", f"{row.code} was given back, and is confirmed")
            if len(row.tickets) != row.souls:
                yield Violation("lost", f"{row.code} has {len(row.tickets)} tickets for {row.souls}")
            for record in story.done("tickets"):
                if tuple(sorted(record["serials"])) != row.tickets:
                    yield Violation("lost", f"{row.code} had other tickets: {record['serials']}")
        if row.state == "cancelled" and not story.asked("release"):
            yield Violation("uncalled", f"{row.code} is cancelled, and nobody gave it back")
        if row.state == "held":
            yield Violation("leaked", f"{row.code} is held after its end")

    def _still_the_same(self, record: Record) -> Iterator[Violation]:
        if record["status"] in (200, 201) and record["code"] != record["carried"]:
            yield Violation("two_bookings", f"{record['carried']} asked for again became {record['code']}")
        if record["status"] == 201 or record["status"] in (404, 409):
            yield Violation("lost", f"{record['carried']} asked for again was answered with {record['status']}")

    # One voyage

    def _never_too_many(self, fact: Facts, stories: Sequence[Story]) -> Iterator[Violation]:
        changes: dict[Spot | int, list[tuple[float, int]]] = defaultdict(list)
        for story in stories:
            had = story.surely(self.clock)
            if had is None:
                continue
            wish = story.holds[0]
            for leg in range(wish["first"], wish["last"]):
                for where, number in (((leg, wish["class"], wish["channel"]), wish["places"]), (leg, wish["souls"])):
                    changes[where] += [(had[0], number), (had[1], -number)]
        for where, moves in changes.items():
            most = fact.ceilings[where] if isinstance(where, int) else fact.quotas.get(where, 0)
            now = 0
            for at, number in sorted(moves):
                now += number
                if now > most:
                    yield Violation("oversold", f"voyage {fact.voyage_id}, {where}: {now} of {most} at {at}")
                    break

    def _tables_add_up(self, fact: Facts) -> Iterator[Violation]:
        held: Counter[Spot] = Counter()
        sold: Counter[Spot] = Counter()
        souls: Counter[int] = Counter()
        for row in self.tables.rows:
            if row.voyage_id != fact.voyage_id or row.state not in {"held", "confirmed"}:
                continue
            for leg in range(row.first, row.last):
                (held if row.state == "held" else sold)[leg, row.kind, row.channel] += row.places
                souls[leg] += row.souls
        name = f"voyage {fact.voyage_id}"
        counters = self.tables.counters.get(fact.voyage_id, {})
        for spot in {*fact.quotas, *held, *sold}:
            quota, shown = fact.quotas.get(spot, 0), counters.get(spot, (0, 0))
            if held[spot] + sold[spot] > quota:
                yield Violation("oversold", f"{name}, {spot}: {held[spot]} held and {sold[spot]} sold of {quota}")
            if shown != (held[spot], sold[spot]):
                yield Violation("leaked", f"{name}, {spot}: {shown} is kept, {held[spot], sold[spot]} are there")
        for leg, ceiling in enumerate(fact.ceilings):
            promised = self.tables.promised.get(fact.voyage_id, [0] * len(fact.ceilings))[leg]
            if souls[leg] > ceiling:
                yield Violation("oversold", f"{name}, leg {leg}: {souls[leg]} souls under a ceiling of {ceiling}")
            if promised != souls[leg]:
                yield Violation("leaked", f"{name}, leg {leg}: {promised} souls promised, {souls[leg]} are there")

    def _refused_for_a_reason(self, fact: Facts, stories: Sequence[Story], every: int = 10) -> Iterator[Violation]:
        """Of every tenth refusal: was there perhaps no room? If there surely was, places have leaked."""
        refused = [r for s in stories for r in s.holds if r.get("refusal") in {"sold_out", "ship_full"}]
        taking = [s for s in stories if s.row is not None]
        for record in refused[::every]:
            places: Counter[int] = Counter()
            souls: Counter[int] = Counter()
            for story in taking:
                wish = story.holds[0]
                if wish["last"] <= record["first"] or record["last"] <= wish["first"]:
                    continue
                if story.maybe_during(record):
                    same = (wish["class"], wish["channel"]) == (record["class"], record["channel"])
                    for leg in range(max(wish["first"], record["first"]), min(wish["last"], record["last"])):
                        places[leg] += wish["places"] * same
                        souls[leg] += wish["souls"]
            legs, spot = range(record["first"], record["last"]), (record["class"], record["channel"])
            room = all(places[leg] + record["places"] <= fact.quotas.get((leg, *spot), 0) for leg in legs)
            air = all(souls[leg] + record["souls"] <= fact.ceilings[leg] for leg in legs)
            bed = fact.kinds[record["class"]] == "bed"
            if (record["refusal"] == "sold_out" and room) or (record["refusal"] == "ship_full" and bed and air):
                yield Violation(
                    "leaked", f"voyage {fact.voyage_id}: {record['rid']} was refused with room on every leg"
                )

    def _told_the_truth(self, fact: Facts, stories: Sequence[Story], every: int = 3) -> Iterator[Violation]:
        """Of every third reading: nobody was promised what had surely been taken a second before."""
        sure = [(s.holds[0], had) for s in stories if (had := s.surely(self.clock)) is not None]
        reads = [r for r in self.reads if r["voyage"] == fact.voyage_id and r["status"] == 200]
        for record in reads[::every]:
            begin, end = record["sent"] - STALE_SECONDS, record["got"]
            taken: Counter[tuple[int, int]] = Counter()
            for wish, (start, over) in sure:
                if wish["channel"] == 1 and start <= begin and over >= end:
                    for leg in range(wish["first"], wish["last"]):
                        taken[leg, wish["class"]] += wish["places"]
            for kind, left in record["left"].items():
                legs = range(len(fact.ceilings))
                most = min(fact.quotas.get((leg, int(kind), 1), 0) - taken[leg, int(kind)] for leg in legs)
                if not 0 <= left <= max(0, most):
                    told = f"class {kind}: {left} were told to be left, {most} can have been"
                    yield Violation("stale", f"voyage {fact.voyage_id}, {told}")


def check(records: Iterable[Record], facts: Sequence[Facts], tables: Tables) -> list[Violation]:
    """What is wrong with that history and those tables; nothing, when all of it can be."""
    return list(History(records, facts, tables).check())
