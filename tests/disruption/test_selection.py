"""Select who gives way: as few as the rule allows, families as a whole, and never somebody who is aboard."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.disruption.selection import Rider, fitted, who_gives_way
from app.seats.stocks import Key

LEGS = (1, 2, 3)
KINDS = {1: "bed", 2: "bed", 3: "non_seat", 4: "vehicle"}


@st.composite
def riders(draw: st.DrawFn) -> list[Rider]:
    made = []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        first = draw(st.integers(0, 2))
        places = draw(st.integers(1, 4))
        made.append(
            Rider(
                number,
                LEGS[first : draw(st.integers(first + 1, 3))],
                draw(st.sampled_from([1, 2])),
                draw(st.sampled_from([1, 2])),
                places,
                places + draw(st.integers(0, places)),
                held=draw(st.booleans()),
                stays=draw(st.integers(0, 9)) == 0,
            )
        )
    return made


quotas = st.dictionaries(
    st.tuples(st.sampled_from(LEGS), st.sampled_from([1, 2]), st.sampled_from([1, 2])), st.integers(0, 12)
)
ceilings = st.dictionaries(st.sampled_from(LEGS), st.integers(0, 20))


def over(stay: list[Rider], quotas: dict[Key, int], ceilings: dict[int, int]) -> set[object]:
    places: Counter[Key] = Counter()
    souls: Counter[int] = Counter()
    for rider in stay:
        for key in rider.keys:
            places[key] += rider.places
            souls[key[0]] += rider.souls
    return {key for key, n in quotas.items() if places[key] > n} | {
        leg for leg, n in ceilings.items() if souls[leg] > n
    }


def touches(rider: Rider, full: set[object]) -> bool:
    return bool(full & {*rider.keys, *rider.legs})


@given(riders(), quotas, ceilings)
def test_the_rest_fits_and_nobody_goes_in_vain(
    everybody: list[Rider], quotas: dict[Key, int], ceilings: dict[int, int]
) -> None:
    gone = who_gives_way(everybody, quotas, ceilings)
    stay = [rider for rider in everybody if rider not in gone]
    full = over(stay, quotas, ceilings)
    assert all(rider.stays for rider in stay if touches(rider, full)), "only those aboard are too many now"
    assert not any(rider.stays for rider in gone)
    for rider in gone:
        assert touches(rider, over([*stay, rider], quotas, ceilings)), "there would have been room for it"


@given(riders(), quotas, ceilings)
def test_the_order_in_which_they_are_asked_does_not_matter(
    everybody: list[Rider], quotas: dict[Key, int], ceilings: dict[int, int]
) -> None:
    assert who_gives_way(everybody, quotas, ceilings) == who_gives_way(everybody[::-1], quotas, ceilings)


@given(riders())
def test_with_room_enough_everybody_stays(everybody: list[Rider]) -> None:
    assert who_gives_way(everybody, {}, dict.fromkeys(LEGS, 14 * 8)) == []


def rider(number: int, places: int = 1, *, held: bool = False, legs: tuple[int, ...] = (1,)) -> Rider:
    return Rider(number, legs, 1, 1, places, places, held)


def test_holds_go_before_confirmed_ones_and_the_last_to_have_come_first() -> None:
    everybody = [rider(1), rider(2, held=True), rider(3), rider(4, held=True)]
    for ceiling, gone in ((3, [4]), (2, [4, 2]), (1, [4, 2, 3])):
        assert [r.id for r in who_gives_way(everybody, {}, {1: ceiling})] == gone


def test_a_family_goes_as_a_whole_and_makes_room_for_one_who_had_gone_before() -> None:
    everybody = [rider(1, 4), rider(2, 4), rider(3, 1)]
    assert [r.id for r in who_gives_way(everybody, {}, {1: 5})] == [2]


def test_who_does_not_ride_the_full_leg_stays() -> None:
    everybody = [rider(1, legs=(1, 2)), rider(2, legs=(2,)), rider(3, legs=(1,))]
    assert [r.id for r in who_gives_way(everybody, {}, {2: 1})] == [2]


def test_quotas_that_fit_are_kept_and_others_share_what_is_left() -> None:
    quotas = {(1, 1, 1): 300, (1, 2, 1): 100, (1, 4, 1): 30}
    stay = [rider(n) for n in range(1, 41)]
    assert fitted(quotas, KINDS, stay, {1: 400}, {}) == quotas
    assert fitted(quotas, KINDS, stay, {1: 220}, {}) == {(1, 1, 1): 170, (1, 2, 1): 50, (1, 4, 1): 30}
    assert fitted(quotas, KINDS, stay, {1: 220}, {(1, 2, 1): 80}) == {(1, 1, 1): 140, (1, 2, 1): 80, (1, 4, 1): 30}


@given(riders(), st.dictionaries(st.sampled_from(LEGS), st.integers(0, 60), min_size=3))
def test_fitted_beds_stay_under_the_ceiling_and_above_what_is_taken(
    everybody: list[Rider], ceilings: dict[int, int]
) -> None:
    everybody = [Rider(**{**vars(r), "stays": False}) for r in everybody]
    taken: Counter[Key] = Counter()
    for r in everybody:
        for key in r.keys:
            taken[key] += r.places
    quotas = {(leg, cls, channel): taken[leg, cls, channel] + 5 for leg in LEGS for cls in (1, 2) for channel in (1, 2)}
    gone = who_gives_way(everybody, {}, ceilings)
    stay = [r for r in everybody if r not in gone]
    after = fitted(quotas, KINDS, stay, ceilings, {})
    for leg, ceiling in ceilings.items():
        assert sum(n for key, n in after.items() if key[0] == leg) <= ceiling
    assert over(stay, after, ceilings) == set()
