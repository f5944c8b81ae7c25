"""Names of the kinds of documents on every page."""

from flask_babel import lazy_gettext as _l

from app.booking.models import DocumentKind

KINDS = {
    DocumentKind.KTP: _l("KTP"),
    DocumentKind.KK: _l("KK (belum punya KTP)"),
    DocumentKind.SIM: _l("SIM"),
    DocumentKind.PASSPORT: _l("Paspor"),
    DocumentKind.KIA: _l("KIA (Kartu Identitas Anak)"),
    DocumentKind.BIRTH: _l("Surat keterangan lahir (bayi)"),
}


BRINGS = {**KINDS, DocumentKind.KK: _l("Kartu Keluarga")}
"""The document to bring, of a passenger who is known by it."""


INFANT_KINDS = (DocumentKind.KK, DocumentKind.KIA, DocumentKind.BIRTH, DocumentKind.PASSPORT)
