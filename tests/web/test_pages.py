"""Every page of the house opens for whom it is for, and speaks one language from its head to its foot."""

from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role
from tests.pages import Port
from tests.web.test_gate import sign_in
from tests.web.test_translations import ENGLISH, Words, key, messages_left, read, sentences_left, texts


def test_every_page_opens_and_speaks_one_language(app: Flask) -> None:
    port, english = Port(app), read(ENGLISH)
    clients = signed_in(app, port)
    pages = list(port.pages())
    answers = {page.path: clients[page.role].get(page.path) for page in pages}
    # Nothing is asked ahead of these tickets, so that page leads back.
    wrong = {path: one.status_code for path, one in answers.items() if one.status_code != 200}
    assert all(path.endswith("/dokumen") for path in wrong), wrong
    assert len(answers) > 90

    changed = {key(message) for message in english if message.id}
    only_english = {text for m in english if m.id for text in texts(m) if " " in text and text not in changed}
    spoken = {path: [s for s in Words(one.text).said if s in only_english] for path, one in answers.items()}
    assert {path: found for path, found in spoken.items() if found} == {}

    for client in clients.values():
        assert client.get("/?lang=en").status_code == 302
    left = {}
    for page in pages:
        said = Words(clients[page.role].get(page.path).text).said
        # KTP is what stands on the card, in every language.
        left[page.path] = [found for found in messages_left(said, english) if found != "KTP"] + sentences_left(said)
    assert {path: found for path, found in left.items() if found} == {}


def test_what_was_done_is_told_once_on_whatever_page_comes_next(app: Flask) -> None:
    port = Port(app)
    clients, wrong = signed_in(app, port), []
    for page in port.pages():
        client = clients[page.role]
        with client.session_transaction() as session:
            session["_flashes"] = [("message", "Sudah terjadi.")]
        answer = client.get(page.path)
        # The page that a gate's device keeps for the time without a signal is read by nobody yet.
        reads = "<main" in answer.text and page.endpoint != "gate.offline"
        if answer.status_code == 200 and answer.text.count("Sudah terjadi.") != reads:
            wrong.append(page.path)
    assert wrong == []


def signed_in(app: Flask, port: Port) -> dict[Role | None, FlaskClient]:
    """A browser of somebody of each role, and of a traveler with bookings."""
    clients: dict[Role | None, FlaskClient] = {role: app.test_client() for role in (None, *port.users)}
    for role, user in port.users.items():
        sign_in(clients[role], user)
    with clients[None].session_transaction() as session:
        session.update(port.travelers_session)
    return clients
