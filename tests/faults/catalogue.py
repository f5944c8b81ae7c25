"""Faults that somebody could make, each as a piece of the code and what would stand there instead.

For each, the part of the suite that must turn red. A text must be in its file exactly once: test_catalogue.py says so
as soon as the code moves on.
"""

from dataclasses import dataclass

ORACLE = "tests/seats/test_oracle.py::test_accepted_is_what_every_leg_has_room_for_over_10_000_random_voyages"
TABLES = "tests/seats/test_oracle.py::test_the_tables_answer_as_the_oracle_does"
LOCKS = "tests/seats/test_locks.py"
BOOKING = "tests/booking/actions/test_payment.py"
HOLDING = "tests/booking/actions/test_hold.py"
SCHEMA = "tests/test_migrations.py"
MACHINE = "tests/booking/test_machine.py::test_whatever_people_do_in_whatever_order_the_ledger_agrees"


@dataclass(frozen=True)
class Fault:
    """One fault. With `new` empty the text is taken away; `engine` narrows the tests to one database."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    engine: str = "sqlite"


FAULTS = (
    # Counting places
    Fault(
        "a journey is sold without a place",
        "app/seats/places.py",
        '            raise SoldOut("restricted_by_rule" if withheld else "sold_out")\n',
        "            pass\n",
        (ORACLE,),
    ),
    Fault(
        "a soul more than may sail is promised a place",
        "app/seats/places.py",
        '            raise SoldOut("ship_full")',
        "            pass",
        (ORACLE,),
    ),
    Fault(
        "a journey is sold when one of its legs has room",
        "app/seats/places.py",
        "return min((s.free if s else 0 for s in stocks), default=0)",
        "return max((s.free if s else 0 for s in stocks), default=0)",
        (ORACLE,),
    ),
    Fault(
        "a stage is sold before it comes",
        "app/seats/stocks.py",
        "max(0, min(self.quota, self.opened) - self.held - self.sold)",
        "max(0, self.quota - self.held - self.sold)",
        (ORACLE,),
    ),
    Fault(
        "what flowed back waits for a stage",
        "app/seats/stocks.py",
        "        pool.flowed += moved\n",
        "",
        (ORACLE,),
    ),
    Fault(
        "places flow back and stay as well",
        "app/seats/stocks.py",
        "        left.quota -= moved\n",
        "",
        (ORACLE,),
    ),
    Fault(
        "a non-seat ticket eats a bed that is still on sale",
        "app/seats/places.py",
        "self.souls.get(leg_id, 0) - (0 if bed else self._kept[leg_id])",
        "self.souls.get(leg_id, 0)",
        (ORACLE,),
    ),
    Fault(
        "a bed that is taken is kept free for a second soul",
        "app/seats/places.py",
        "                self._kept[leg_id] -= held + sold\n",
        "                pass\n",
        (ORACLE,),
    ),
    Fault(
        "infants are no souls",
        "app/booking/actions/hold.py",
        "    places, souls, vehicle_persons = adults, adults + infants, None\n",
        "    places, souls, vehicle_persons = adults, adults, None\n",
        (HOLDING, TABLES),
    ),
    Fault(
        "a hold that ended is not given back",
        "app/booking/inventory/lock.py",
        "        room.give_back(legs, row.fare_class_id, row.places, row.souls, row.channel_id)\n",
        "        pass\n",
        (HOLDING,),
    ),
    Fault(
        "places flow back before ended holds are given back",
        "app/booking/inventory/lock.py",
        "for leg_id in run.leg_ids}, now, _LOADS)\n",
        "for leg_id in run.leg_ids}, now, _LOADS)\n    room.flow_back()\n    room.flow_back = lambda: None\n",
        ("tests/seats/test_places.py", TABLES),
    ),
    Fault(
        "a screen counts holds that have ended as taken",
        "app/booking/inventory/availability.py",
        "            stocks[leg_id, over.fare_class_id, over.channel_id].held -= over.places\n",
        "            pass\n",
        (TABLES,),
    ),
    Fault(
        "beds above the ceiling are put on sale",
        "app/seats/actions/quotas.py",
        '            raise Refusal("over_ceiling", ceiling=ceiling, others=total - quota, **where)',
        "            pass",
        ("tests/seats/actions/test_quotas.py", "tests/seats/test_places.py"),
    ),
    Fault(
        "a quota is set below what is sold",
        "app/seats/actions/quotas.py",
        '            raise Refusal("below_taken", taken=taken, **where)',
        "            pass",
        ("tests/seats/actions/test_quotas.py",),
    ),
    # Holds and bookings
    Fault(
        "a request that is repeated takes places again",
        "app/booking/actions/hold.py",
        "        answer = known.get(wish.request_id)\n",
        "        answer = None\n",
        (HOLDING,),
    ),
    Fault(
        "an id repeats its answer for another question",
        "app/idempotency.py",
        "    if kept not in digests:\n",
        "    if not kept:\n",
        ("tests/test_idempotency.py",),
    ),
    Fault(
        "choosing the counter again makes the hold longer",
        "app/booking/actions/payment.py",
        "    if booking.payment == method and booking.state_at(now) in {BookingState.CONFIRMED, *OPEN}:\n"
        "        return booking\n    _must_be_held(booking, now)\n    _must_be_named(booking)\n"
        "    _must_pay_by(booking, method, now)\n    before, booking.payment = booking.payment, method\n"
        "    Assessment(booking, now).must_be_sold_to_all(booking.passengers)\n    if method == PaymentMethod.FREE:\n"
        "        booking.amount_idr = 0\n    if before is None and booking.state == BookingState.HELD:\n",
        "    _must_be_held(booking, now)\n    _must_be_named(booking)\n    _must_pay_by(booking, method, now)\n"
        "    booking.payment = method\n    if method == PaymentMethod.FREE:\n"
        "        booking.amount_idr = 0\n    if True:\n",
        (BOOKING,),
    ),
    Fault(
        "who pays after the end has a ticket",
        "app/booking/models.py",
        "        if self.state in OPEN and self.expires_at is not None and self.expires_at <= now:\n"
        "            return BookingState.EXPIRED\n",
        "",
        (BOOKING,),
    ),
    Fault(
        "a released hold keeps its places",
        "app/booking/actions/payment.py",
        "            places.give_back_held("
        "legs, booking.fare_class_id, booking.channel_id, booking.places, booking.souls)\n",
        "            pass\n",
        (BOOKING,),
    ),
    Fault(
        "a confirmed booking can be released",
        "app/booking/actions/payment.py",
        '    if booking.state == BookingState.CONFIRMED:\n        raise Refusal("already_confirmed")\n'
        "    if booking.state == BookingState.NOTED:\n",
        "    if booking.state == BookingState.CONFIRMED:\n        booking.state = BookingState.CANCELLED\n"
        "    elif booking.state == BookingState.NOTED:\n",
        (BOOKING,),
    ),
    Fault(
        "a voyage that was called off is sold",
        "app/booking/actions/hold.py",
        '    run.require_sold("voyage_id")\n',
        "    pass\n",
        ("tests/seats/test_places.py",),
    ),
    Fault(
        "a rule that closes the sale is only told",
        "app/booking/actions/hold.py",
        "        raise ClosedByRule(rule)\n",
        "        pass\n",
        ("tests/booking/eligibility/test_sale_closing.py",),
    ),
    Fault(
        "who stops travelling keeps a good ticket",
        "app/booking/inventory/release.py",
        "            passenger.ticket.void_at, passenger.ticket.void_reason = now, state\n",
        "            pass\n",
        ("tests/booking/inventory/test_release.py",),
    ),
    Fault(
        "a person who pays for two ships at once is not noticed",
        "app/booking/actions/journey_overlap.py",
        '            raise Refusal("already_travels", field="document_number", index=index)\n',
        "            pass\n",
        ("tests/booking/actions/test_journey_overlap.py",),
    ),
    Fault(
        "an unseen claim keeps a payer from travelling",
        "app/booking/actions/journey_overlap.py",
        "    weak = or_(unpaid, Booking.confirmed_by.is_(None)) if seen else unpaid\n",
        "    weak = unpaid\n",
        ("tests/booking/actions/test_journey_overlap.py",),
    ),
    Fault(
        "one address keeps as much of a ship as it likes",
        "app/booking/inventory/unpaid_limits.py",
        "            and self.by_address[address] + places <= "
        "address_share(room, leg_ids, wish.fare_class_id, wish.channel_id)\n",
        "",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "one person keeps places on any number of orders",
        "app/booking/inventory/unpaid_limits.py",
        "        .having(func.count() >= config.current().person_limit)\n",
        "        .having(func.count() >= 1_000_000)\n",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "work counts as often as it is sent",
        "app/booking/actions/pace.py",
        "    if work is None or ranks[work.used] > 1:\n",
        "    if work is None:\n",
        ("tests/web/test_pace.py",),
    ),
    Fault(
        "any numbers are taken for work",
        "app/web/pace.py",
        "    return all(int.from_bytes(digest[:4]) >> 32 - bits == 0 for digest in digests)\n",
        "    return all(digests)\n",
        ("tests/web/test_pace.py",),
    ),
    Fault(
        "a turn has come before its time",
        "app/web/pace.py",
        "    if found is None or not found[0] <= now <= found[1]:\n",
        "    if found is None or now > found[1]:\n",
        ("tests/web/test_pace.py",),
    ),
    Fault(
        "an address above its pace is asked for nothing",
        "app/booking/actions/pace.py",
        "            if bits and not _is_done(wish.work, bits, ranks):\n",
        "            if False:\n",
        ("tests/web/test_pace.py",),
    ),
    Fault(
        "the slower lane takes everybody",
        "app/booking/actions/pace.py",
        "        return ranks[work.lane] <= config.current().address_pace\n",
        "        return True\n",
        ("tests/web/test_pace.py",),
    ),
    Fault(
        "what waits for the counter has no share",
        "app/booking/actions/noted_orders.py",
        "    if not booking.proved and counter_left(booking, room, legs) < booking.places:\n",
        "    if False:\n",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "one known person exempts every order",
        "app/booking/inventory/unpaid_limits.py",
        '    return connection.scalar(_EXEMPT, {**theirs, "numbers": sorted(known), "now": now}) is None\n',
        "    return True\n",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "one known person exempts seven invented ones",
        "app/booking/inventory/unpaid_limits.py",
        "    if not known or len(known) * 2 < len(numbers):\n",
        "    if not known:\n",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "an order named anew keeps what others exempted",
        "app/booking/actions/payment.py",
        "    elif bounded and was_proved:\n",
        "    elif False:\n",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "the waiting list gives an address more than its share",
        "app/booking/inventory/waiting_share.py",
        "    return min(PERSONS_MAX, address_share(room, legs, wish.fare_class_id, ONLINE) - wish.kept - given)\n",
        "    return PERSONS_MAX\n",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "places are set aside for a group whose address keeps its share",
        "app/booking/waitlist/offers.py",
        "        if is_beyond_share(wish, run, counters.room, by_address[address]):\n",
        "        if False:\n",
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "an offer counts for no address",
        "app/booking/waitlist/offers.py",
        '        "asker": wish.asker,\n',
        '        "asker": "",\n',
        ("tests/booking/inventory/test_unpaid_limits.py",),
    ),
    Fault(
        "one address has the head of the waiting list to itself",
        "app/booking/waitlist/actions.py",
        "    return (db.session.scalar(waiting) or 0) // GROUPS_IN_A_TURN\n",
        "    return 0\n",
        ("tests/booking/waitlist/test_actions.py",),
    ),
    Fault(
        "places that come free one by one never serve a group",
        "app/booking/inventory/waiting_share.py",
        "    return until if stocks.set_aside(room.stocks, keys, wish.places, until - now) else None\n",
        "    return None\n",
        ("tests/booking/waitlist/test_actions.py",),
    ),
    Fault(
        "displaced people are in no list",
        "app/disruption/actions/voyage_changes.py",
        "        db.session.add(\n            Displacement(\n",
        "        (lambda _: None)(\n            Displacement(\n",
        ("tests/disruption/actions/test_voyage_changes.py",),
    ),
    # The waiting list
    Fault(
        "the public goes before those who wait",
        "app/booking/actions/hold.py",
        "    # Those who wait come before the public, whatever freed the places.\n"
        "    offered = offer_freed(counters, now)\n",
        "    offered = set()\n",
        ("tests/booking/waitlist/test_actions.py",),
    ),
    Fault(
        "the last to have come is served first",
        "app/booking/waitlist/offers.py",
        "    .order_by(WaitingEntry.turn, WaitingEntry.id, WaitingChoice.rank)\n",
        "    .order_by(WaitingEntry.turn, WaitingEntry.id.desc(), WaitingChoice.rank)\n",
        ("tests/booking/waitlist/test_actions.py",),
    ),
    Fault(
        "who waits at home goes before who stands by at the port",
        "app/booking/waitlist/offers.py",
        "    for standby, among in ((True, cut_off & waited_for), (False, waited_for)):\n",
        "    for standby, among in ((False, waited_for), (True, cut_off & waited_for)):\n",
        ("tests/boarding/test_no_shows.py",),
    ),
    Fault(
        "who has just joined the list is not asked",
        "app/booking/waitlist/actions.py",
        "    counters.let_wait()\n",
        "",
        ("tests/booking/waitlist/test_actions.py", "tests/web/test_gate_waiting.py"),
    ),
    Fault(
        "holds past their end are not looked for",
        "app/booking/inventory/lock.py",
        "    over = sorted({call[0] for call in calls if call.over})\n",
        "    over: list[int] = []\n",
        ("tests/booking/actions/test_hold.py",),
    ),
    Fault(
        "a window of attempts never ends",
        "app/accounts/allowances.py",
        "    if any(until <= now for _, _, until in counted):\n",
        "    if False:\n",
        ("tests/accounts/test_actions.py",),
    ),
    Fault(
        "an offer that nobody took up is made to the same group again",
        "app/booking/waitlist/offers.py",
        "    passed_over = {*counters.unused, *but_not}\n",
        "    passed_over = {*but_not}\n",
        ("tests/booking/waitlist/test_actions.py", MACHINE),
    ),
    Fault(
        "what a passenger leaves goes to the public",
        "app/booking/actions/cancellation.py",
        "    offer_freed(counters, now, passed_over)\n    counters.room.write()\n",
        "    counters.room.write()\n",
        ("tests/disruption/actions/test_rebooking.py", MACHINE),
    ),
    Fault(
        "what another ship leaves free goes to the public",
        "app/disruption/actions/voyage_changes.py",
        "        _offer_what_is_left(counters, now)\n",
        "        pass\n",
        ("tests/disruption/actions/test_voyage_changes.py", MACHINE),
    ),
    Fault(
        "a group that can never be served waits",
        "app/booking/waitlist/actions.py",
        "        _must_ever_fit(adults, infants, wanted, counters)\n",
        "        pass\n",
        ("tests/booking/waitlist/test_actions.py", MACHINE),
    ),
    # Changes
    Fault(
        "a code is good beside the one that took its place",
        "app/booking/actions/move.py",
        "    let_go(booking, moving, PassengerState.MOVED, counters, now)\n",
        "    before = [(p.ticket, p.ticket.signed) for p in moving if p.ticket]\n"
        "    let_go(booking, moving, PassengerState.MOVED, counters, now)\n"
        "    for ticket, _ in before:\n        ticket.void_at, ticket.void_reason = None, ''\n",
        (MACHINE,),
    ),
    Fault(
        "somebody aboard cancels",
        "app/booking/actions/cancellation.py",
        "    if any(person.boarded_at for person in people):\n",
        "    if not people:\n",
        ("tests/booking/actions/test_cancellation.py",),
    ),
    Fault(
        "displaced people are listed as settled",
        "app/disruption/actions/voyage_changes.py",
        '                way_out="none_needed" if held else "",\n                settled_at=now if held else None,\n',
        '                way_out="none_needed",\n                settled_at=now,\n',
        ("tests/disruption/actions/test_voyage_changes.py", MACHINE),
    ),
    Fault(
        "displaced people who travel again stay in the list",
        "app/disruption/actions/rebooking.py",
        '    displacement.way_out, displacement.settled_at, displacement.settled_by = "moved", now, officer_id\n',
        "",
        ("tests/disruption/actions/test_rebooking.py", MACHINE),
    ),
    # What the tables refuse by themselves
    Fault(
        "the tables let an allotment be oversold",
        "migrations/versions/0001_the_first_schema.py",
        '        sa.CheckConstraint("held + sold <= quota", name=op.f("ck_allotment_not_oversold")),\n',
        "",
        (SCHEMA,),
    ),
    Fault(
        "the tables let more souls aboard than may sail",
        "migrations/versions/0001_the_first_schema.py",
        '        sa.CheckConstraint("aboard BETWEEN 0 AND ceiling", '
        'name=op.f("ck_leg_load_never_above_the_ceiling")),\n',
        "",
        (SCHEMA,),
    ),
    Fault(
        "PostgreSQL lets one person be on two ships",
        "migrations/versions/0009_one_journey_at_a_time.py",
        "        op.execute(EXCLUDE)\n",
        "        pass\n",
        ("tests/booking/actions/test_journey_overlap.py",),
        engine="postgresql",
    ),
    Fault(
        "SQLite lets one person be on two ships",
        "migrations/versions/0009_one_journey_at_a_time.py",
        "            op.execute(TRIGGER.format(name=NAME, when=when, event=event))\n",
        "            pass\n",
        ("tests/booking/actions/test_journey_overlap.py",),
    ),
    Fault(
        "the tables let rules be published by nobody",
        "migrations/versions/0025_no_hand_publishes_alone.py",
        'f"{BY_NOBODY} OR {ANOTHER_DRAFT}"',
        "ANOTHER_DRAFT",
        ("tests/rules/actions/test_drafts.py::test_no_hand_at_the_tables_publishes_alone",),
    ),
    Fault(
        "SQLite lets published rules be replaced",
        "migrations/versions/0025_no_hand_publishes_alone.py",
        "in (*REFUSED, *REPLACED):\n            op.execute(\n",
        "in REFUSED:\n            op.execute(\n",
        ("tests/rules/actions/test_drafts.py::test_nothing_takes_the_place_of_what_is_kept",),
    ),
    # Locks and transactions
    Fault(
        "the counters are read without a lock",
        "app/seats/places.py",
        "    return statement.with_for_update(of=counters)\n",
        "    return statement\n",
        (LOCKS,),
        engine="postgresql",
    ),
    Fault(
        "a booking is read without a lock",
        "app/booking/inventory/lock.py",
        '_LOCK = select(Booking.id).where(Booking.code == bindparam("code")).with_for_update()\n',
        '_LOCK = select(Booking.id).where(Booking.code == bindparam("code"))\n',
        (LOCKS,),
        engine="postgresql",
    ),
    Fault(
        "an answer is given before its commit",
        "app/db.py",
        "        answer = function(*args, **kwargs)\n        session.commit()\n",
        "        answer = function(*args, **kwargs)\n        session.flush()\n",
        ("tests/test_db.py", "tests/history/test_soak.py"),
    ),
    Fault(
        "what failed halfway is kept",
        "app/db.py",
        "        session.rollback()\n        if isinstance(fault, Refusal)",
        "        session.commit()\n        if isinstance(fault, Refusal)",
        ("tests/test_db.py",),
    ),
    Fault(
        "who was second does not look again",
        "app/db.py",
        "                if not _somebody_was_first(error):\n                    raise\n",
        "                raise\n",
        ("tests/test_db.py",),
    ),
    Fault(
        "the second of a batch is given the answer of the first",
        "app/batching.py",
        "                waiting.answer = answer\n",
        "                waiting.answer = batch[0].answer or answer\n",
        ("tests/test_batching.py",),
    ),
    Fault(
        "tables of another version are sold from",
        "app/database_faults.py",
        "    if there != wanted:\n",
        "    if False:\n",
        ("tests/test_database_faults.py",),
    ),
    Fault(
        "a full disk is told as a crowd",
        "app/database_faults.py",
        '13: "storage_full"',
        '13: "busy"',
        ("tests/test_database_faults.py",),
    ),
    # What strangers take and send
    Fault(
        "one address takes all streams",
        "app/live/shares.py",
        " or self._by_address[address] >= settings.live_per_address:",
        ":",
        ("tests/live/test_shares.py",),
    ),
    Fault(
        "the public takes the officials' streams",
        "app/live/shares.py",
        "max(len(self._signed_in), min(settings.live_reserved, most // RESERVED_SHARE))",
        "len(self._signed_in)",
        ("tests/live/test_shares.py",),
    ),
    Fault(
        "a door reads whatever is sent",
        "app/web/request_bounds.py",
        "    if (request.content_length or 0) > most or",
        "    if",
        ("tests/web/test_request_bounds.py",),
    ),
    Fault(
        "all faults of a request are told",
        "app/web/api/door.py",
        " for name, code in islice(found.items(), ERRORS_MAX)\n",
        " for name, code in found.items()\n",
        ("tests/web/test_request_bounds.py",),
    ),
    # At the gate, and the proof itself
    Fault(
        "a used ticket admits again",
        "app/boarding/judgement.py",
        "    if holder.used_stage == Stage.GANGWAY and not is_back:\n",
        "    if holder.used_stage == Stage.GANGWAY and False:\n",
        ("tests/boarding/actions/test_scan.py",),
    ),
    Fault(
        "what a device did not let pass boards all the same",
        "app/boarding/actions/scan.py",
        "    if showing.device is not None and showing.device.verdict != Verdict.PASS:\n",
        "    if showing.device is not None and not showing.device.verdict:\n",
        ("tests/boarding/actions/test_upload.py",),
    ),
    Fault(
        "a device's clock is always believed",
        "app/boarding/judgement.py",
        "now - KEPT_FOR <= self.scanned_at <= now + CLOCK_OFF",
        "self.scanned_at < now",
        ("tests/boarding/actions/test_upload.py",),
    ),
    Fault(
        "a supervisor accepts above the ceiling whom a device let aboard",
        "app/boarding/recalls/actions.py",
        '    if counted is None:\n        raise Refusal("ship_full")\n',
        "    counted = counted or place\n",
        ("tests/boarding/recalls/test_actions.py",),
    ),
    Fault(
        "whom a device let aboard before the server's answer came is on no list",
        "app/boarding/actions/scan.py",
        "            note_told(showing.scan_id, showing.device)\n",
        "            pass\n",
        ("tests/boarding/recalls/test_actions.py",),
    ),
    Fault(
        "one broken scan refuses an upload as a whole",
        "app/web/api/door.py",
        "        except ValidationError:\n            return Faulty(sent)\n",
        "        except KeyError:\n            return Faulty(sent)\n",
        ("tests/web/test_uploads.py",),
    ),
    Fault(
        "another showing of a used ticket is told of the pass of the first",
        "app/boarding/actions/scan.py",
        "    return passed == (showing.showing_id, showing.departure_id, showing.gate_id, showing.officer_id)\n",
        "    return passed[0] is not None\n",
        ("tests/boarding/actions/test_scan.py",),
    ),
    Fault(
        "the gate does not stop at the ceiling",
        "app/seats/places.py",
        ".where(LegLoad.aboard < LegLoad.ceiling)",
        "",
        ("tests/boarding/actions/test_scan.py",),
    ),
    Fault(
        "the recount is blind",
        "app/flow/recount.py",
        "*_displaced()]\n        return [found for found in counted if found.kept != found.counted]\n",
        "*_displaced()]\n        return [found for found in counted if found.kept < found.counted - 1000]\n",
        ("tests/flow/test_recount.py",),
    ),
    Fault(
        "the recount forgets souls",
        "app/flow/recount.py",
        'yield Difference(f"leg {load.leg_id}, promised", load.promised, promised.get(load.leg_id, 0))',
        'yield Difference(f"leg {load.leg_id}, promised", load.promised, load.promised)',
        ("tests/flow/test_recount.py",),
    ),
    # Numbers and forms of the office
    Fault(
        "a person turned away who came aboard later is still turned away",
        "app/boarding/passenger_counts.py",
        "    Group.TURNED_AWAY: Passenger.boarded_at.is_(None),",
        "    Group.TURNED_AWAY: Passenger.id > 0,",
        ("tests/web/test_numbers.py",),
    ),
    Fault(
        "a form of quotas that is no longer true overwrites",
        "app/seats/actions/quotas.py",
        "        if seen is not None and present.get(key) != seen.get(key):\n",
        "        if seen is None and present.get(key) != seen:\n",
        ("tests/web/test_quota_table.py",),
    ),
    Fault(
        "a form of a fare that is no longer true overwrites",
        "app/planning/actions/tariffs.py",
        "        if mark_of(tariff) != seen:",
        "        if not mark_of(tariff):",
        ("tests/planning/actions/test_tariffs.py",),
    ),
    # One person who passes for two, or acts where and when they may not
    Fault(
        "an account made by the first's own account counts as a second person",
        "app/accounts/second_person.py",
        "                level.append(change.by_id)\n",
        "                pass\n",
        ("tests/accounts/test_second_person.py",),
    ),
    Fault(
        "a scan is judged for an officer of another port",
        "app/boarding/scan_reads.py",
        "    if place.works_at == 1:\n",
        "    if False:\n",
        ("tests/web/test_api_gate.py",),
    ),
    Fault(
        "a step is taken back after its minutes",
        "app/boarding/requests.py",
        "    return now - at <= timedelta(minutes=config.current().undo_minutes)\n",
        "    return True\n",
        ("tests/boarding/actions/test_departure.py",),
    ),
    Fault(
        "another moment of leaving is ignored without a word",
        "app/boarding/actions/departure.py",
        "    elif at not in (None, departure.call.actual_departure):\n",
        "    elif at is None and departure.call.actual_departure is None:\n",
        ("tests/web/test_api_gate.py",),
    ),
    # Days, money, papers and second persons
    Fault(
        "a ship of midnight leaves on the next day",
        "app/schedule/days.py",
        "    return (moment.astimezone(zone) - ONE_MINUTE).date()\n",
        "    return moment.astimezone(zone).date()\n",
        ("tests/web/test_midnight.py",),
    ),
    Fault(
        "a fare that has ended is asked",
        "app/fares/queries.py",
        "t.valid_to is None or t.valid_to >= day]",
        "True]",
        ("tests/fares/test_queries.py",),
    ),
    Fault(
        "an order that an officer dealt with is deleted",
        "app/retention/actions.py",
        "    return ended.where(*(~dealt_with for dealt_with in _dealt_with()))\n",
        "    return ended\n",
        ("tests/retention/test_actions.py",),
    ),
    Fault(
        "papers go below who is aboard",
        "app/seats/actions/capacity.py",
        "        if load.aboard > ceiling:\n",
        "        if False:\n",
        ("tests/seats/actions/test_capacity.py",),
    ),
    Fault(
        "a file moves what people have booked",
        "app/planning/import_limits.py",
        "    if is_spoken_of(call.voyage):\n        planned",
        "    if False:\n        planned",
        ("tests/planning/actions/test_timetable_import.py",),
    ),
    Fault(
        "who had to go stays away although there is room",
        "app/disruption/selection.py",
        "            gone.remove(rider)\n",
        "            pass\n",
        ("tests/disruption/test_selection.py",),
    ),
    Fault(
        "an exemption from one rule lifts every rule",
        "app/rules/engine/judge.py",
        '        if exemption["rule"] == rule["code"]:\n',
        "        if True:\n",
        ("tests/rules/engine/test_judge.py",),
    ),
    Fault(
        "one person confirms what they ask for",
        "app/disruption/actions/confirmation.py",
        "            require_second_person(get_user(user_id), [asked.asked_by], now)\n",
        "            pass\n",
        ("tests/boarding/actions/test_departure.py",),
    ),
    Fault(
        "a session that was ended opens doors",
        "app/accounts/queries.py",
        "    return found is not None and found.is_live(clock.now())\n",
        "    return found is not None\n",
        ("tests/live/test_stream.py",),
    ),
    Fault(
        "a ship leaves at any hour by one person",
        "app/schedule/departure_window.py",
        "    return window is not None and window[0] <= at <= window[1]\n",
        "    return window is not None\n",
        ("tests/boarding/actions/test_departure.py",),
    ),
    Fault(
        "money at the counter leaves no receipt",
        "app/booking/actions/payment.py",
        "    receipt = () if free else (write_of_taken(booking, officer_id, now),)\n",
        "    receipt = ()\n",
        ("tests/web/test_cash.py",),
    ),
    Fault(
        "a delay within the day gives the money of another day",
        "app/booking/money/refunds.py",
        "    return len(days) > 1 and abs(now - sold) >= MOVED_AT_LEAST\n",
        "    return abs(now - sold) >= MOVED_AT_LEAST\n",
        ("tests/booking/actions/test_document_correction.py",),
    ),
    # Phones that meet
    Fault(
        "a ticket that nobody has paid is numbered",
        "app/boarding/sequence_numbers/actions.py",
        ", Booking.state == BookingState.CONFIRMED)",
        ")",
        ("tests/boarding/sequence_numbers/test_actions.py",),
    ),
    Fault(
        "the time of a boarding depends on what was heard last",
        "static/js/gate/boarding_set.mjs",
        "    stamp: least(one.stamp, other.stamp),\n",
        "    stamp: other.stamp,\n",
        ("tests/boarding/test_gate_meetings.py",),
    ),
    Fault(
        "whom another phone let aboard is let aboard again",
        "static/js/gate/gate_memory.mjs",
        "  return Boolean(memory.elsewhere?.has(serial) && !ashore && !memory.offs?.has(serial));\n",
        "  return false;\n",
        ("tests/boarding/test_gate_meetings.py",),
    ),
    Fault(
        "a phone with a wrong clock drags the others",
        "static/js/gate/hybrid_clock.mjs",
        "    if (!isOff(ahead)) this.follow(stamp);\n",
        "    this.follow(stamp);\n",
        ("tests/test_js.py",),
    ),
)
