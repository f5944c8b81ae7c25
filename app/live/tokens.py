"""The pass with which a signed-in official's page opens the board's stream: signed, short, hung on its session."""

from itsdangerous import BadSignature, URLSafeTimedSerializer

TOKEN_SECONDS = 300
"""How long a pass opens the stream; a page that comes back later asks the web process for a new one."""


def new_token(secret: str, topic: str, session_id: int) -> str:
    """A pass for `topic`, good for TOKEN_SECONDS and as long as the session lives."""
    return str(_signer(secret).dumps([topic, session_id]))


def session_of(secret: str, token: str, topic: str) -> int | None:
    """The session whose pass this is, where it opens `topic` now; whether that lives is asked of the database."""
    try:
        wanted, session_id = _signer(secret).loads(token, max_age=TOKEN_SECONDS)
    except (BadSignature, TypeError, ValueError):
        return None
    return session_id if wanted == topic and type(session_id) is int else None


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="live topic")
