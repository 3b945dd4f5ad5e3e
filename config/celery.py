"""Celery is the doorbell of `apps.jobs`; the truth about long work stands in its table."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tongxin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_like_everybody(**_kwargs: Any) -> None:
    """Worker and beat write the same JSON lines as the web server; without a receiver Celery sets up its own."""
    logging.config.dictConfig(settings.LOGGING)
