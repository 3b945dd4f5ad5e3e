"""How gunicorn runs: its settings that are not addresses."""

# A job is handed to the worker; no page takes that long.
timeout = 30
graceful_timeout = 10
keepalive = 5
# Slow memory growth in a long-lived process ends with the process.
max_requests = 5000
max_requests_jitter = 500
