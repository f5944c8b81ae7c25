"""Word the gate's answer to a scan: the verdict, why, what is to be done next, and what can be answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app import clock
from app.boarding.gate_rules import ASKED, denied
from app.boarding.judgement import ScanAnswer
from app.boarding.models import Scan, Verdict
from app.booking.eligibility.statements import ADVICE, DECLARED, LOOKED_AT
from app.rules.sale_rules import REFUSALS
from app.rules.wording.vocabulary import OFFICERS, fact_word, pick, unknown_words
from app.schedule.days import Zoned, local_day, port_day
from app.web import words
from app.web.judging.answers import Answer, again, answers_to
from app.web.judging.fact_fields import capital, language
from app.web.words.scans import (
    ALONE,
    BY_RULES,
    DEVICE_REASONS,
    OWN_WORDS,
    PASS_WORDS,
    REASONS,
    WITHOUT_TIME,
    WORDS,
)

COUNTED = "person.doses"
"""Of what an officer can say on the spot, the one that rules speak of by its value: their sentences tell what follows
from it, and not that it is to be looked at."""


@dataclass(frozen=True)
class Why:
    """One reason of a set of rules, as an officer reads it. `fact` is what nobody has said yet."""

    rule: str
    outcome: str
    why: str
    title: str
    sentence: str
    next_step: str
    fact: str = ""

    @property
    def unrecorded(self) -> bool:
        """Whether it is only noted that nobody has looked."""
        return self.why == "missing" and self.outcome == "note"

    @property
    def answerable(self) -> bool:
        """Whether there is a button for it."""
        return self.why == "missing" and self.fact in ASKED


@dataclass(frozen=True)
class Telling:
    """A verdict as an officer reads it."""

    word: str
    sentence: str
    next_step: str
    look: str
    """How it is shown: the verdict, or `compare` where nothing is decided yet."""
    reasons: list[Why] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    unrecorded: str = ""
    """Facts that were not looked at, of somebody whom the rules let pass all the same."""

    @property
    def more(self) -> list[Why]:
        """The reasons that nothing else here has told already, each sentence once."""
        by_sentence = {why.sentence: why for why in self.reasons if not (why.unrecorded or why.answerable)}
        return [why for sentence, why in by_sentence.items() if sentence != self.sentence]


def put_scan(kept: Scan, port: Zoned) -> Telling:
    """The words of a scan that was kept."""
    return put(kept.verdict, kept.reason, kept.details, port, kept.reasons or (), denied(kept.facts or {}))


def put(
    verdict: str,
    reason: str,
    details: Mapping[str, Any],
    port: Zoned,
    reasons: Sequence[Mapping[str, Any]] = (),
    no: Sequence[str] = (),
) -> Telling:
    """The words of one verdict; moments in `details` (ISO, key `at`) are told on the clock of `port`.

    `reasons` are those of the travel rules, the strongest first; `no` is what the officer said not to be so.
    """
    sentence, next_step = REASONS.get(reason, ALONE)
    if details.get("alone") and "%(" in str(sentence):
        sentence, next_step = ALONE
    refused = [one for one in reasons if one["why"] == "failed" and one["outcome"] in REFUSALS]
    helps = all("exempt_by" in one for one in refused)
    whys = [_why(one, helps) for one in reasons]
    if reason in BY_RULES and whys:
        decides = _deciding(whys)
        # Percent signs of a rule's own words are no gaps.
        sentence, next_step = decides.sentence.replace("%", "%%") or sentence, decides.next_step or next_step
    elif any(one.get("holds_item") for one in reasons):
        next_step = gettext("Tahan barangnya; orangnya boleh lewat.")
    when = details.get("at")
    if when is None and not details.get("alone"):
        sentence = WITHOUT_TIME.get(reason, sentence)
    filling = {
        **details,
        "at": words.at(datetime.fromisoformat(when), port) if when else "",
        "ship": details.get("ship") or gettext("kapal yang belum disebut"),
    }
    filling["there"] = filling["ship"]
    if reason == "wrong_voyage" and when:
        filling["there"] = f"{filling['ship']}, {words.hour(datetime.fromisoformat(when), port)}"
        next_step = _to_the_other_ship(datetime.fromisoformat(when), bool(details.get("left")), port) or next_step
    # Formatted here: gettext itself would take a per cent sign without details literally.
    told, step = (
        str(said) % filling if "%(" in str(said) or "%%" in str(said) else str(said) for said in (sentence, next_step)
    )
    word = PASS_WORDS.get(reason) or OWN_WORDS.get(reason, WORDS[Verdict(verdict)])
    asks = reason in BY_RULES and verdict != Verdict.PASS and not _is_final(whys)
    answers = answers_to(reasons, details, port) if asks else []
    if reason in BY_RULES and verdict != Verdict.PASS and no:
        answers.append(again(no))
    unrecorded = _unrecorded(whys) if verdict == Verdict.PASS else ""
    look = "compare" if reason in OWN_WORDS else str(verdict)
    return Telling(str(word), told, step, look, whys, answers, unrecorded)


def _to_the_other_ship(at: datetime, left: bool, port: Zoned) -> str:
    """Tell what to do with a ticket of another ship that one cannot be sent to now; empty where one can."""
    day, today = port_day(at, port.tz), local_day(clock.now(), port.tz)
    if left or day < today:
        return gettext("Kapal itu sudah berangkat. Arahkan ke loket.")
    return gettext("Belum harinya: datang lagi pada hari itu, atau pindah lewat loket.") if day > today else ""


def _is_final(whys: Sequence[Why]) -> bool:
    """Whether nothing that the officer may still say would let this person pass."""
    return any(why.why == "failed" and why.outcome in REFUSALS for why in whys)


def _deciding(whys: Sequence[Why]) -> Why:
    """Of the strongest reasons one that no button puts right, if there is one."""
    strongest = [why for why in whys if why.outcome == whys[0].outcome]
    return next((why for why in strongest if not why.answerable), whys[0])


def _unrecorded(whys: Sequence[Why]) -> str:
    facts = dict.fromkeys(why.fact for why in whys if why.unrecorded)
    if not facts:
        return ""
    return gettext("Belum dicatat: %(facts)s.", facts=", ".join(fact_word(fact, language()) for fact in facts))


def _why(reason: Mapping[str, Any], exemption_helps: bool) -> Why:
    said = {name: str(reason.get(name, {}).get(language(), "")) for name in ("title", "sentence", "next_step")}
    if granted := reason.get("exemption"):
        said["sentence"] = gettext("Dikecualikan oleh %(officer)s, surat %(letter)s: %(reason)s.") % granted
        said["next_step"] = ""
    elif reason["why"] == "error":
        said["title"] = said["title"] or gettext("Aturan tidak dapat dinilai")
        said["next_step"] = str(REASONS["rules_refer"][1])
    elif reason["why"] == "missing":
        said |= _of_the_unknown(reason["fact"], reason["outcome"])
    elif found := reason.get("found"):
        said["sentence"] = f"{capital(found[language()])}."
    if exemption_helps and (may_exempt := reason.get("exempt_by")):
        said["next_step"] = f"{said['next_step']} {_exempting(may_exempt)}".strip()
    said["sentence"] = said["sentence"] or said["title"]
    return Why(reason["rule"], reason["outcome"], reason["why"], fact=str(reason.get("fact", "")), **said)


def _exempting(roles: Sequence[str]) -> str:
    who = gettext(" atau ").join(pick(OFFICERS[role], language()) for role in roles)
    return gettext("Dengan surat dapat dikecualikan oleh %(who)s.", who=who)


def _of_the_unknown(fact: str, outcome: str) -> dict[str, str]:
    """Tell what a rule's own words cannot, about a person of whom it is known."""
    told = {}
    if fact not in ASKED or fact == COUNTED or outcome == "note":
        told["sentence"] = unknown_words(fact)[language()]
    if fact in ASKED:
        told["next_step"] = str(REASONS["confirm"][1])
    elif fact in DECLARED | ADVICE | LOOKED_AT:
        told["next_step"] = gettext("Tanyakan atau periksa, lalu catat.")
    return told


def tell(answer: ScanAnswer) -> dict[str, Any]:
    """The answer to a scan with its words: what `ScanOut` dumps."""
    told = put(answer.verdict, answer.reason, answer.details, answer.clock, answer.reasons, answer.denied)
    return {**vars(answer), **vars(told), "more": told.more}


def device_words() -> dict[str, dict[str, str]]:
    """Give a gate's page the words to speak without the server: per code its verdict, word, sentence, next step."""
    own = {code: (verdict, *said) for code, (verdict, *said) in DEVICE_REASONS.items()}
    for code, verdict in (("forged", Verdict.REFUSE), ("unreadable", Verdict.REFER), ("mistyped", Verdict.HOLD)):
        own[code] = (verdict, *REASONS[code])
    return {
        code: {
            "verdict": verdict,
            "look": "compare" if code in OWN_WORDS else str(verdict),
            "word": str(OWN_WORDS.get(code, WORDS[verdict])),
            "sentence": str(said),
            "next_step": str(step),
        }
        for code, (verdict, said, step) in own.items()
    }
