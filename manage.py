#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it runs on the embedded PostgreSQL, see config/launcher."""

import os
import sys

from config.launcher.entry import run


def main() -> None:
    """Run the command and exit with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(run(sys.argv))


if __name__ == "__main__":
    main()
