"""A phone with a key of its own, enrolled: it signs what it asks as a browser does (static/js/gate/device.mjs)."""

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app import clock
from app.accounts.devices.actions import enrol, make_enrolment_code
from app.accounts.devices.models import Device
from app.accounts.devices.proof import message_of
from app.accounts.models import Role, User
from app.db import db
from tests import factories


def base64url(raw: bytes) -> str:
    """Without padding, as devices write it."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Phone:
    """A key, and once it is enrolled the device that the server knows by it."""

    def __init__(self) -> None:
        self.key: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = base64url(point)
        self.device: Device | None = None

    def sign(self, message: bytes) -> str:
        """As WebCrypto does: r and s."""
        r, s = decode_dss_signature(self.key.sign(message, ECDSA(hashes.SHA256())))
        return base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def header(self, method: str, path: str, body: bytes = b"") -> dict[str, str]:
        """The header of a request that it signs now."""
        assert self.device is not None
        seconds = int(clock.now().timestamp())
        signature = self.sign(message_of(self.device.id, seconds, method, path.partition("?")[0], body))
        return {"X-Device": f"{self.device.id} {seconds} {signature}"}


def a_guarantor() -> User:
    """An officer in charge, who may let devices in."""
    officer = factories.a_user(Role.OFFICER)
    officer.may_exempt = True
    db.session.commit()
    return officer


def a_phone(officer: User | None = None, guarantor: User | None = None, name: str = "HP tangga kapal") -> Phone:
    """A phone that was enrolled by a fresh code."""
    phone = Phone()
    code = make_enrolment_code((guarantor or a_guarantor()).id)
    phone.device = enrol(code, name, phone.public_key, (officer or factories.a_user(Role.OFFICER)).id)
    return phone
