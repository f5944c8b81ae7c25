"""The least that a request can cost: a Flask application with one empty view, for gunicorn as `bench.hello:app`.

What a request of ours costs is told as so many of these, measured in the same run (bench/yardstick.py): that is the
same on a slow machine and on a busy one.
"""

from flask import Flask

app = Flask(__name__)


@app.get("/healthz")
def hello() -> str:
    """Nothing."""
    return ""
