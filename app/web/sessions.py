"""The session in a signed cookie, as Flask has it, without work for visitors without one: most of a rush."""

from flask import Flask
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Request, Response


class Sessions(SecureCookieSessionInterface):
    """Flask's own, which makes and signs nothing where nothing was brought and nothing was asked."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if app.secret_key and "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        # Asked for its content at last: that alone would count as having been asked.
        if session.accessed or session.modified or session:
            super().save_session(app, session, response)
