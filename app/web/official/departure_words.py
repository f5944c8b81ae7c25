"""The words in which a departure is told, by the pages and by their script."""

from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext

from app.boarding.models import DepartureState
from app.flow.departure_rows import Need
from app.web.words.language import language

_ = lazy_gettext

STATES: dict[DepartureState, tuple[Any, str]] = {
    DepartureState.OPEN: (_("Naik kapal belum dibuka"), "tag-plain"),
    DepartureState.BOARDING: (_("Sedang naik"), "tag-now"),
    DepartureState.CLOSED: (_("Naik ditutup"), ""),
    DepartureState.LEFT: (_("Sudah berangkat"), ""),
    DepartureState.CANCELLED: (_("Dibatalkan"), "tag-refuse"),
}
"""The words of a state, and the look of its tag: a colour only where nobody can board any more."""

NEEDS: dict[Need, tuple[Any, str]] = {
    Need.REQUESTED: (_("Menunggu orang kedua"), "tag-hold"),
    Need.NOT_LEFT: (_("Waktunya lewat, belum tercatat berangkat"), "tag-hold"),
    Need.FULL: (_("Kapal penuh, gerbang menolak"), "tag-refuse"),
    Need.OVER_PROMISED: (_("Terjual melebihi batas kapal"), "tag-refuse"),
    Need.NEARLY_FULL: (_("Hampir penuh"), "tag-hold"),
    Need.NO_CEILING: (_("Segera berangkat, surat kapalnya belum ada"), "tag-hold"),
    Need.NO_SHOWS: (_("Batas datang lewat"), "tag-hold"),
    Need.WAITED_FOR: (_("Penuh, ada yang menunggu"), "tag-hold"),
    Need.DISPLACED: (_("Kehilangan tempat"), "tag-refuse"),
    Need.LATE: (_("Terlambat"), "tag-hold"),
    Need.EARLY: (_("Berangkat lebih awal"), "tag-hold"),
}
"""Why a person must look, and how grave it is."""


def told_needs() -> dict[Need, tuple[str, str]]:
    """The same in the page's language: a board says each of them for each departure."""
    return _told_needs(language())


@lru_cache(maxsize=8)
def _told_needs(_language: str) -> dict[Need, tuple[str, str]]:
    return {need: (str(words), look) for need, (words, look) in NEEDS.items()}


COUNTDOWN: dict[str, Any] = {
    "days": _("{n} hari"), "hours": _("{n} jam"), "minutes": _("{n} menit"),
    "ahead": _("{span} lagi"), "past": _("lewat {span}"), "now": _("sekarang"),
}  # fmt: skip
"""How long until a departure, for the page and for its script; the page puts the figures in."""

GROUPS: dict[str, tuple[str, Any]] = {
    "naik": ("boarded", _("Naik di sini")),
    "ditunggu": ("expected", _("Belum datang")),
    "tidak-datang": ("absent", _("Tidak datang")),
    "ditolak": ("turned_away", _("Orang ditolak")),
    "di-kapal": ("aboard", _("Di atas kapal")),
    "menunggu": ("waiting", _("Menunggu tempat")),
    "kehilangan-tempat": ("displaced", _("Kehilangan tempat, belum ada jalan keluar")),
}
"""The people of a departure that may be asked for in an address: the number that they are, and its title."""

REASONS: dict[str, Any] = {
    "admitted": _("naik"),
    "entered": _("masuk"),
    "entered_again": _("masuk lagi"),
    "came_back": _("turun dan kembali"),
    "stepped_off": _("turun"),
    "alighted": _("turun di tujuan"),
    "not_aboard": _("turun, tidak tercatat naik"),
    "recorded": _("sudah tercatat tadi"),
    "by_supervisor": _("diloloskan pengawas"),
    "already_used": _("sudah dipakai"),
    "wrong_voyage": _("pelayaran lain"),
    "wrong_port": _("pelabuhan lain"),
    "unpaid": _("belum dibayar"),
    "void": _("dibatalkan"),
    "voyage_cancelled": _("pelayaran dibatalkan"),
    "displaced": _("kehilangan tempat"),
    "replaced": _("diganti tiket baru"),
    "cancelled": _("dibatalkan penumpang"),
    "moved": _("sudah pindah"),
    "no_show": _("tidak hadir"),
    "too_early": _("terlalu awal"),
    "too_late": _("terlambat"),
    "departed": _("kapal sudah berangkat"),
    "ship_full": _("kapal penuh"),
    "confirm": _("belum dicocokkan"),
    "rules_hold": _("belum memenuhi aturan"),
    "rules_refer": _("ke pengawas menurut aturan"),
    "rules_movable": _("ditolak aturan, tiket dapat dipindah"),
    "rules_void": _("ditolak aturan, tiket tidak berlaku"),
    "unknown_ticket": _("tiket tidak dikenal"),
    "mistyped": _("salah ketik"),
    "unreadable": _("tidak terbaca"),
    "unknown_key": _("kunci tidak dikenal"),
    "forged": _("palsu"),
    "device_revoked": _("perangkat dicabut"),
}
"""Per reason of a scan, in two or three words for a sum."""

ALONE = _("oleh perangkat tanpa sinyal")
"""The same where only the device knows the reason."""
