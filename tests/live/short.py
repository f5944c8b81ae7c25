"""The live process with a short life, so that a test may see a stream's end: `tests.live.short:app`."""

from app.live.stream import Live

app = Live(beat_seconds=0.2, life_seconds=2)
