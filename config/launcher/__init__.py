"""The embedded system: PostgreSQL and a broker of our own, started by `manage.py`, without root or services."""
