"""What every test can use. The database stands in `tests/database.py`."""

from hypothesis import settings

# No deadline: on a busy machine it fails tests that are right.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

pytest_plugins = ["tests.database", "tests.cast", "tests.demo"]
