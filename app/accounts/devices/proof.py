"""Prove that a request was sent by a device: pure.

A device signs by ECDSA over P-256 with SHA-256, which every browser with WebCrypto has; the signature is r and s, 32
bytes each, as WebCrypto gives it. Signed are the lines of `message_of`, so that no request can be sent again as another
one, or much later.
"""

import base64
import binascii
from datetime import timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

GOOD_FOR = timedelta(minutes=10)
"""How old a signed request may be, or how far ahead; a device goes by the server's clock, which it is told first."""


def message_of(device_id: int, at_seconds: int, method: str, path: str, body: bytes) -> bytes:
    """The bytes that a device signs for one request; `path` is without the query."""
    lines = ("dermaga device 1", str(device_id), str(at_seconds), method, path, sha256(body).hexdigest())
    return "\n".join(lines).encode()


def read_key(text: str) -> EllipticCurvePublicKey:
    """The public key that a device has sent. Raises ValueError for what is none."""
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(text))


def is_signed(public_key: str, signature: str, message: bytes) -> bool:
    """Whether the device with that key has signed the message."""
    try:
        raw = _bytes(signature)
        if len(raw) != 64:
            return False
        both = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        read_key(public_key).verify(encode_dss_signature(*both), message, ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
