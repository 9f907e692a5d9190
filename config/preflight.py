"""What this machine lacks to run Warm Hands, one line each. Runs on any Python 3, before anything is installed.

`python3 config/preflight.py [PORT]` ends with 1 where something is missing, or where that port is taken.
"""

import importlib.util
import os
import socket
import sys

OLDEST_PYTHON = (3, 11)


def python_troubles() -> "list[str]":
    """Sentences about the interpreter that runs this; empty where it will do."""
    if sys.version_info < OLDEST_PYTHON:
        found = "{}.{}".format(*sys.version_info[:2])
        return [f"Warm Hands needs Python 3.11 or newer; {sys.executable} is {found}. Try: make PY=python3.11"]
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        return ["Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"]
    return []


def port_troubles(host: str, port: str) -> "list[str]":
    """A sentence where nobody can listen on the port; empty where somebody can."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        return [f"PORT is “{port}”; it must be a number from 1 to 65535."]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, int(port)))
        except OSError as trouble:
            return [f"Port {port} cannot be used ({trouble.strerror}). Choose another, for example: make run PORT=8001"]
    return []


def main(arguments: "list[str]") -> int:
    troubles = python_troubles()
    for port in arguments:
        troubles += port_troubles(os.environ.get("BIND", "127.0.0.1"), port)
    for trouble in troubles:
        sys.stderr.write(trouble + "\n")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
