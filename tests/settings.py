"""The settings of the test runner: the site's own, in the mode for tests."""

import os

os.environ["WARM_HANDS_MODE"] = "test"
os.environ.setdefault("LOG_LEVEL", "ERROR")

from config.settings import *  # noqa: F403

# A file and not memory: a journey's browser sends several requests at once, and threads cannot share the one connection
# that a database in memory has.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}  # noqa: F405

# The keys of bodies in tests are drawn from their names, so that this folder does not grow.
SIGNING_KEYS_DIR = VAR_DIR / "test-signing-keys"  # noqa: F405  (all of the settings are taken over)

# What is signed names the site, wherever the tests run.
SITE_URL = "http://localhost:8000"
