"""The pass with which a signed-in official's page opens the board's stream: signed, short, about nobody."""

from itsdangerous import BadSignature, URLSafeTimedSerializer

TOKEN_SECONDS = 300
"""How long a pass opens the stream; a page that comes back later asks the web process for a new one."""


def new_token(secret: str, topic: str) -> str:
    """A pass for `topic`, good for TOKEN_SECONDS."""
    return str(_signer(secret).dumps(topic))


def is_good(secret: str, token: str, topic: str) -> bool:
    """Whether `token` opens `topic` now."""
    try:
        return bool(_signer(secret).loads(token, max_age=TOKEN_SECONDS) == topic)
    except BadSignature:
        return False


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="live topic")
