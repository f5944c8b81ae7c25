"""Every form of the house sent empty: it says which field and what to do, and keeps what was typed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask

from app.web.words import sentence
from tests.pages import Port
from tests.web.test_pages import signed_in

TYPED = "kata yang diketik"
TEXTS = {"text", "search", ""}


@dataclass
class Sent:
    """A form as a page shows it: what it would send, and what must be filled in."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    """Names of what must be filled in, and their ids."""
    free: list[str] = field(default_factory=list)
    """Names of what may hold a few words."""


class Forms(HTMLParser):
    """The forms of a page, every id of it, and what its summary of errors says and leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Sent] = []
        self.ids: set[str] = set()
        self.summary, self.leads_to = "", list[str]()
        self._here: Sent | None = None
        self._select: str | None = None
        self._depth = 0
        self._may_be_unknown: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids.add(told.get("id", ""))
        if "error-summary" in told.get("class", ""):
            self._depth = 1
        elif self._depth and tag == "div":
            self._depth += 1
        if self._depth and tag == "a":
            self.leads_to.append(told.get("href", "").lstrip("#"))
        if tag == "form" and "data-script" in told:
            self._here = None  # only the page's script can send it, and says itself what is wrong
        elif tag == "form":
            self._here = Sent(told.get("method", "get"), told.get("action", ""))
            self.forms.append(self._here)
        elif self._here and tag in {"input", "select", "textarea"} and told.get("name"):
            self._field(self._here, tag, told)
        elif (
            self._here
            and tag == "option"
            and self._select
            and ("selected" in told or not self._here.values[self._select])
        ):
            self._here.values[self._select] = told.get("value", "")

    def _field(self, form: Sent, tag: str, told: dict[str, str]) -> None:
        kind, name = told.get("type", ""), told["name"]
        self._select = name if tag == "select" else None
        if kind in {"radio", "checkbox"} and "checked" not in told:
            form.values.setdefault(name, "")
        else:
            form.values[name] = told.get("value", "")
        if kind == "radio" and not told.get("value"):
            self._may_be_unknown.add(name)
            form.required.pop(name, None)
        if "required" in told and kind != "hidden" and name not in self._may_be_unknown:
            form.required.setdefault(name, told.get("id", ""))
        elif (
            (tag == "textarea" or (kind in TEXTS and tag == "input" and not told.get("inputmode")))
            and int(told.get("maxlength", "100")) >= len(TYPED)
            and "readonly" not in told
        ):
            form.free.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = None
        elif tag == "div" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.summary += data


def test_an_empty_form_names_its_fields_and_keeps_what_was_typed(app: Flask) -> None:
    port, seen, wrong = Port(app), set(), []
    clients = signed_in(app, port)
    with app.test_request_context():
        says_nothing = sentence("required", {})
    for page in list(port.pages()):
        client = clients[page.role]
        for form in Forms(client.get(page.path).text).forms:
            action = form.action or page.path
            kind = (page.endpoint, urlsplit(action).path if form.action else "", *sorted(form.values))
            if not form.required or kind in seen:
                continue
            seen.add(kind)
            typed = {**form.values, **dict.fromkeys(form.free, TYPED), **dict.fromkeys(form.required, "")}
            typed = {name: value for name, value in typed.items() if value or name in form.required}
            if form.method == "get":
                answer = client.get(action.partition("#")[0], query_string=typed)
            else:
                answer = client.post(action, data=typed)
            told = Forms(answer.text)
            faults = []
            if answer.status_code not in {400, 401, 409, 422}:
                faults.append(f"answers {answer.status_code}")
            if not told.summary.strip():
                faults.append("has no summary of what is wrong")
            if says_nothing in told.summary:
                faults.append(f"names no field: {' '.join(told.summary.split())}")
            faults += [f"leads to no field: #{lost}" for lost in told.leads_to if lost not in told.ids]
            if not told.leads_to:
                faults.append("leads to no field")
            if form.free and TYPED not in answer.text:
                faults.append("forgets what was typed")
            wrong += [(page.path, action, fault) for fault in faults]
    assert len(seen) > 30
    assert wrong == [], "\n".join(map(str, wrong))
