"""Faults of a timetable file, each with its remedy."""

from collections.abc import Callable
from dataclasses import dataclass

from app.errors import Refusal
from app.planning.sheets.fault_sentences import SENTENCES


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a timetable file: where (line from 1; 0 is the whole file), what, and the remedy."""

    line: int
    column: str
    value: str
    problem: str
    file: str = ""
    """Its name, where several come in together."""
    near: str = ""
    """A known name that may be meant."""

    @property
    def message(self) -> str:
        """The sentence in Indonesian."""
        return self.told(str)

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of `translate`."""
        return translate(SENTENCES[self.problem]).format(
            line=self.line, column=_shown(self.column), value=_shown(self.value), near=_shown(self.near)
        )


class TimetableFaults(Refusal):
    """A file that cannot be taken as a timetable, with all its `faults` in the order of its lines."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("timetable_faults")
        self.faults = faults


def _shown(text: str) -> str:
    """Enough of a cell to find it by, safe to print."""
    printable = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[:41]
    )
    return printable if len(text) <= 40 else printable[:40] + "…"
