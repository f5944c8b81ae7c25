"""Models whose name is a key: two spellings that look alike (app/text.py) are one row."""

from typing import Any, TypeVar

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, validates

from app.db import Base, db
from app.errors import Refusal
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


def must_be_new_name(
    kind: type[Any], name: str, own: Any = None, *, taken: str = "name_taken", as_typed: bool = False
) -> None:
    """Refuse a name that another row of the kind has in whatever spelling, and ask about a slip in a new one.

    `own`: the row that is to have the name, where it is there already; what it is called now is not asked about.
    Raises Refusal `taken`; `name_near` with the name that may be meant as `near`, unless it is meant `as_typed`.
    """
    column = getattr(kind, kind.KEY_OF)
    rows = select(kind.name_key, column).where(kind.id.is_distinct_from(None if own is None else own.id))
    names = {key: other for key, other in db.session.execute(rows)}  # noqa: C416 - typed
    if name_key(name) in names:
        raise Refusal(taken, field=kind.KEY_OF, **{kind.KEY_OF: name})
    if own is not None and name_key(name) == own.name_key:
        return
    if not as_typed and (near := nearest(name, names.values())):
        raise Refusal("name_near", field=kind.KEY_OF, near=near)
