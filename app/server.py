"""gunicorn's settings for the web process, each with its reason: `gunicorn -c app/server.py wsgi:app`.

The live process takes them too, but for its own worker:
`gunicorn -c app/server.py -k asgi -w 1 --threads 1 -b 127.0.0.1:8001 app.live.stream:app`.
"""

import gc
import os
import resource
from pathlib import Path

# Only this machine: visitors come through a reverse proxy, which does TLS and slow clients.
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"

# Threads, since a request mostly waits for the database; two processes, since Python computes on one core each.
# No gevent: a switch of greenlets inside a write transaction of SQLite stops the whole process.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# As many as wait here for places are served with one commit (app/batching.py), so there are more of them than
# cores could use. A request that comes slowly keeps its thread: slow clients are the proxy's, which sends whole ones.
threads = 32

# Without this every gunicorn of one user shares one socket in the home folder, and they disturb each other.
control_socket_disable = True

# A proxy or a browser asks again soon; an idle connection costs no thread.
keepalive = 15

# A worker that stopped turning is replaced after this many seconds (threads keep working meanwhile).
timeout = 30

# The head of a request, which the server reads before the application can look at its size
# (app/web/request_bounds.py). A line holds the longest query that is taken (QUERY_MAX, 4 KB) and its path; more is 414.
limit_request_line = 6 * 1024
# Browsers send some 20 headers and a proxy adds five; more, or a longer one, is 431. The longest is that of the
# cookies: two of ours with at most 4 KB each.
limit_request_fields = 60
limit_request_field_size = 8190

# Requests in hand have this many seconds to end; below the 15 seconds that the service units wait.
graceful_timeout = 10

# The sign of life is a file; on a disk, a busy disk would look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # the system's memory folder

# Starting and stopping are not news at the keyboard; a service sets LOG_LEVEL=info. No access log here: the
# addresses of visitors are personal, and the reverse proxy decides what is kept of them.
loglevel = os.environ.get("LOG_LEVEL") or "warning"
accesslog = None

# One descriptor for each open board: take all that the system allows without asking.
_, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _most))


def post_worker_init(_worker: object) -> None:
    """Keep what was loaded out of garbage collection: looking through it again cost a quarter of each request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
