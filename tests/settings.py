"""The settings of the test runner: the site's own, in the mode for tests."""

import os

os.environ["WARM_HANDS_MODE"] = "test"
os.environ.setdefault("LOG_LEVEL", "ERROR")

from config.settings import *  # noqa: F403
