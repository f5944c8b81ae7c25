"""The schedule office: timetables, voyages, copies, catalogue and fares."""
