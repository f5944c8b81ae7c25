"""Read the cells of a workbook in a process of its own: `python workbook_reader.py < book > cells`, pickled.

A library builds the whole grid up to the last cell, and a file of 1.4 KB can name a cell in the last row and column.
So memory and time end with this process and not with the server's; it imports nothing of the application, to be quick.
"""

import io
import pickle
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook

MEMORY_MAX = 512 * 1024 * 1024
SECONDS_MAX = 30
LINES_MAX, CELLS_MAX = 100_000, 200
"""Of one sheet."""
UNREADABLE, TOO_LARGE = 3, 4
"""Exit statuses; any other than 0 is a reader that was stopped."""


def main() -> int:
    """Write `[(sheet, rows of cells)]` to the standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as book:
            sheets = [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
            ]
    except (CalamineError, ValueError, OSError):
        return UNREADABLE
    if any(len(rows) > LINES_MAX for _, rows in sheets):
        return TOO_LARGE
    pickle.dump([(name, [row[:CELLS_MAX] for row in rows]) for name, rows in sheets], sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
