"""Archives (zip, .xlsx, .ods) looked at before anything is unpacked: how many parts, how large, how tight.

An archive may lie about its sizes: Python unpacks no more than was said, and a workbook is read by a process with
bounds of its own (app/planning/sheets/workbook_reader.py).
"""

import io
import zipfile

from app.planning.sheets.file_faults import Fault, TimetableFaults

FILE_MAX = 16 * 1024 * 1024
"""Bytes of a file as it comes, at whatever door; the browser's takes less."""
PARTS_MAX = 500
"""Files in an archive, those of the workbooks inside it among them; a workbook has about ten and one for each tab."""
UNPACKED_MAX = 64 * 1024 * 1024
"""Bytes of an archive's parts together: what is larger is no timetable."""
RATIO_MAX = 200
"""So many times larger than in the archive a part may be: a season's links are 55 times, a bomb is 1,000."""
RATIO_FROM = 1024 * 1024
"""Bytes of a part from which its ratio counts."""

_HEADS = (b"PK\x03\x04", b"PK\x05\x06")
_ENTRY = b"PK\x01\x02"


def is_archive(data: bytes) -> bool:
    """Whether it is a zip by its content; so are the workbooks of today."""
    return data[:4] in _HEADS


def must_be_modest(data: bytes, unpacked_max: int = UNPACKED_MAX) -> None:
    """Raise TimetableFaults for an archive that is damaged or unfolds into too much. Unpacks nothing."""
    # Counted before the library makes an object of each.
    if data.count(_ENTRY) > PARTS_MAX:
        raise TimetableFaults([Fault(0, "", str(PARTS_MAX), "archive_parts")])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError):
        raise TimetableFaults([Fault(0, "", "", "archive_damaged")]) from None
    largest = max(parts, key=lambda part: part.file_size, default=None)
    if largest and sum(part.file_size for part in parts) > unpacked_max:
        raise TimetableFaults([Fault(0, "", largest.filename, "archive_large")])
    for part in parts:
        if part.file_size > max(RATIO_FROM, RATIO_MAX * part.compress_size):
            raise TimetableFaults([Fault(0, "", part.filename, "archive_tight")])


def names_in(data: bytes) -> set[str]:
    """The names of a modest archive's parts; none for what is no archive. Raises TimetableFaults."""
    if not is_archive(data):
        return set()
    must_be_modest(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return set(archive.namelist())
