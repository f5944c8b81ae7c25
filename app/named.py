"""Models whose name is a key: two spellings that look alike (app/text.py) are one row."""

from typing import Any, TypeVar

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, validates

from app.db import Base, db
from app.text import KEY_MAX, name_key, nearest


class Named:
    """A thing with a name that only one of its kind has, however it is spelled."""

    KEY_OF = "name"
    """The column that is a key."""

    @declared_attr
    def name_key(self) -> Mapped[str | None]:
        """`app.text.name_key` of the name. Two rows that had one before this column keep their names: the later
        has its id behind the key."""
        return mapped_column(String(KEY_MAX), unique=True, index=True)

    @validates("name", "username")
    def _keep_key(self, field: str, name: str) -> str:
        if field == self.KEY_OF:
            self.name_key = name_key(name)
        return name


N = TypeVar("N", bound=Base)


def by_name(kind: type[N], name: str) -> Select[Any]:
    """Selects the one of that name in whatever spelling."""
    return select(kind).where(kind.name_key == name_key(name))  # type: ignore[attr-defined]


def find_by_name(kind: type[N], name: str) -> N | None:
    """The one of that name in whatever spelling, or None."""
    found: N | None = db.session.scalar(by_name(kind, name))
    return found


def find_near_name(kind: type[Any], name: str) -> str | None:
    """The name of the kind that `name` may be a slip of, where none has that name itself; else None."""
    names = {key: own for key, own in db.session.execute(select(kind.name_key, kind.name))}  # noqa: C416 - typed
    return None if name_key(name) in names else nearest(name, names.values())
