"""How gunicorn serves the site: two processes of four threads, behind nginx in production."""

import os
from typing import Any

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# One import serves all processes: quicker to start, and most of the memory is shared.
preload_app = True
timeout = 60
graceful_timeout = 5
keepalive = 5
loglevel = "warning"
# By default gunicorn opens a socket in the home directory, which two sites of one user would share.
control_socket_disable = True
# A heartbeat file on a slow disk stops the worker that touches it.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  (not a file of ours)


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened before the fork would be used by two processes at once and ruin the database's answers."""
    from django.db import connections

    for alias in connections:
        if connections[alias].connection is not None:
            raise RuntimeError(f"the database connection “{alias}” was opened before the fork")
