"""Sets of travel rules in the reader's words, on the pages of officials and of everybody."""

from datetime import date, datetime, time, timedelta

from flask import Flask
from flask_babel import gettext as _

from app import clock
from app.rules.models import RuleSet
from app.rules.wording.rule_rows import Period
from app.rules.wording.vocabulary import SHORT_OUTCOMES, pick, value_word
from app.schedule.days import earliest_day, local_day
from app.schedule.models import Port
from app.web import words
from app.web.judging.fact_fields import language
from app.web.today import home_zone


def days_of(period: Period | None, port: Port | None) -> tuple[date, date]:
    """The days for which a set is looked at: all of its own where they are over, else the first that still come."""
    now, zone = clock.now(), port.tz if port else home_zone()
    if period is None or period.holds(now):
        return (local_day(now, zone),) * 2
    start = local_day(period.start, zone)
    return start, max(start, local_day(period.end or now, zone))


def set_name(rule_set: RuleSet) -> str:
    """Name a set in the reader's language, with its number."""
    name = words.said(rule_set.names)
    if rule_set.number is None:
        return _("Rancangan: %(name)s", name=name)
    return _("Paket %(number)s: %(name)s", number=rule_set.number, name=name)


def moment_words(moment: datetime, port: Port | None) -> str:
    """A moment on the port's clock, or its day where the port is not known or the day begins with it."""
    if port is None:
        return words.day(earliest_day(moment))
    here = words.local(moment, port)
    return words.day(local_day(moment, port.tz)) if here.time() == time() else words.at(moment, port)


def span_words(period: Period, port: Port | None) -> str:
    """From when until when a set is in force; where it ends with a day, that day."""
    if period.overtaken:
        return _("tidak pernah berlaku: paket lain mulai pada saat yang sama")
    start = moment_words(period.start, port)
    if period.end is None:
        return _("mulai %(day)s", day=start) if period.start > clock.now() else _("sejak %(at)s", at=start)
    if port and words.local(period.end, port).time() == time():
        return f"{start} – {words.last_day(period.end, port)}"
    return f"{start} – {moment_words(period.end, port)}"


def register(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters["set_name"] = set_name
    app.jinja_env.filters["moment"] = moment_words
    app.jinja_env.filters["span"] = span_words
    app.jinja_env.filters["iso_day"] = lambda text: words.day(date.fromisoformat(text))
    app.jinja_env.filters["day_after"] = lambda text: words.day(date.fromisoformat(text) + timedelta(days=1))
    app.jinja_env.filters["value_word"] = lambda value: value_word(value, language())
    app.jinja_env.filters["outcome_word"] = lambda code: pick(SHORT_OUTCOMES[code], language())
