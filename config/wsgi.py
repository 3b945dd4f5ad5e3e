import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# Only now are the apps loaded.
from apps.core.keycheck import stop_on_wrong_key  # noqa: E402

stop_on_wrong_key()
