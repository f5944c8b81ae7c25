"""Everything that people and the house can do, one after the other in any order, beside a ledger of plain lists.

After every step all counters are counted again, and every booking, every passenger, every ticket and everybody who
waits is what the ledger remembers (scene.py). What they do stands in travelers.py and office.py.
"""

from tests.booking.office import Office
from tests.booking.travelers import Travelers


class Port(Travelers, Office):
    """Three voyages, those who want to travel on them, and the office."""
