"""What every test can use. The database stands in `tests/database.py`."""

pytest_plugins = ["tests.database", "tests.cast"]
