"""How gunicorn runs: its settings that are not addresses, and its part of the logs."""

import datetime as dt
import logging.config
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from apps.core import logs

# A job is handed to the worker; no page takes that long.
timeout = 30
graceful_timeout = 10
keepalive = 5
# Slow memory growth in a long-lived process ends with the process.
max_requests = 5000
max_requests_jitter = 500
# Asked every few seconds by a proxy or monitor, and of no interest while they succeed.
UNINTERESTING = ("/livez", "/readyz", "/static/")
# A member's way through the own file is nobody's business (design §1): not even that a page was asked for.
MEMBERS_ONLY = ("/my/", "/l/my", "/l/privacy")


class JsonLines(Logger):
    """gunicorn's log and access log in the form of all others: no query string, no client address."""

    def setup(self, cfg: Config) -> None:
        """Let both loggers of gunicorn write where ours do."""
        logging.config.dictConfig(logs.configuration(debug=False))
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(logging.INFO)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: dt.timedelta) -> None:
        """Called after each answer."""
        status = int(str(resp.status).split()[0])
        path = environ.get("PATH_INFO", "")
        if status < 400 and path.startswith(UNINTERESTING):
            return
        if path.startswith(MEMBERS_ONLY):
            # A fault must be found all the same: without the page, and without the number of the request.
            if status >= 500:
                logs.access_line(
                    method="", path="/my/…", status=status, milliseconds=0, size=0, request_id=""
                )
            return
        numbers = [value for name, value in resp.headers if name.lower() == "x-request-id"]
        logs.access_line(
            method=environ.get("REQUEST_METHOD", ""),
            path=path,
            status=status,
            milliseconds=round(request_time.total_seconds() * 1000),
            size=resp.sent or 0,
            request_id=numbers[0] if numbers else "",
        )


logger_class = JsonLines
# Any value switches access lines on; the class above says where they go.
accesslog = "-"
