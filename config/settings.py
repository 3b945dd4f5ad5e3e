"""The one settings file. Values come from the environment; the defaults are those of `make run`."""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
import pghistory
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from apps.core import logs
from apps.core.middleware import careful_file

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything that is written at run time and is not in the database. The launcher may move it.
VAR_DIR = Path(os.environ.get("TONGXIN_VAR", BASE_DIR / "var"))


def flag(name: str, default: bool = False) -> bool:
    """A yes/no setting from the environment: 1, true, yes and on mean yes."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


DEBUG = flag("DEBUG")
# Demo mode: invented people may be loaded, the second factor is offered but not required.
DEMO = flag("TONGXIN_DEMO")
SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-commands-that-serve-nobody")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
# How many reverse proxies stand before us and may be believed about the client's address.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))
HTTPS = flag("HTTPS")
# Key file of the personal-data columns (guide: outside the database, mode 0400).
# Which cipher a new key is for: aes (AES-256-GCM, HMAC-SHA256) or sm4 (SM4-GCM, HMAC-SM3). Values of both are read.
DATA_SUITE = os.environ.get("DATA_SUITE", "aes")
DATA_KEY_FILE = Path(os.environ.get("DATA_KEY_FILE", VAR_DIR / "keys" / "data.key"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "treebeard",
    "pgtrigger",
    "pghistory",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_cotton",
    "apps.core",
    "apps.audit",
    "apps.offices",
    "apps.accounts",
    "apps.notifications",
    "apps.jobs",
    "apps.files",
    "apps.members",
    "apps.casework",
    "apps.pairing",
    "apps.activities",
    "apps.assessment",
    "apps.reports",
    "apps.dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Above whitenoise, which compresses its own files. Django pads each answer against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.logs.numbered",
    "apps.core.middleware.careful_answers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.members.ownfile.access.no_staff_here",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "apps.accounts.middleware.SessionLimits",
    "apps.accounts.middleware.SecondFactorRequired",
    "apps.accounts.middleware.UserLanguage",
    "apps.accounts.middleware.within_reach",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "apps.core.navigation.shell",
                "apps.notifications.context.inbox",
                "apps.dashboard.banner.demo",
            ],
        },
    }
]
COTTON_DIR = "components"
# Fields look alike everywhere, allauth's included: templates/django/forms/.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The application's own role. Migrations run with DATABASE_OWNER_URL (see `manage.py migrate` and the launcher).
DATABASES = {
    "default": dj_database_url.config(
        default="postgres://tongxin_app@localhost/tongxin",
        conn_max_age=60,
        conn_health_checks=True,
        # Says in whose scope each statement is sent: rows about persons are shown by policies of the database.
        engine="apps.core.scoped_postgresql",
    )
}
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
# Limits on sign-in and used second-factor codes hold over all processes, also when the broker is gone.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}
# History is looked up by its object. An index on each copied key would cost every write more than the row itself.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK = {
    # The token comes first: its challenge makes "not signed in" a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.api.RequiresPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.paging.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.core.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "同心 API",
    "DESCRIPTION": "县乡统战联络工作：走访、结对、考核结果。错误为问题文档（RFC 9457），列表按游标分页。",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["apps.core.api.RequiresPermission"],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Many things have a kind: each list of words gets a name of its own.
    "ENUM_NAME_OVERRIDES": {
        "VisitKindEnum": "apps.pairing.models.visits.VisitKind",
        "DutyKindEnum": "apps.pairing.models.plans.DutyKind",
        "CaseKindEnum": "apps.casework.models.CaseKind",
        "ActivityKindEnum": "apps.activities.models.ActivityKind",
        "OrganizationKindEnum": "apps.members.models.vocabulary.OrganizationKind",
        "OfficeKindEnum": "apps.offices.models.OfficeKind",
    },
}

LOGGING = logs.configuration(debug=DEBUG)

# -- long work: the jobs table holds the truth, Celery is its doorbell (guide/embedded.md) ------------------
CELERY_BROKER_URL = os.environ.get("BROKER_URL", "redis://localhost:6379/0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A message whose worker was killed comes back after this time and the next sweep. A longer job is delivered
    # twice, and the lease of its row turns the second away.
    "visibility_timeout": 60,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # Publishing fails at once while the broker is gone; the row waits for the reaper.
    "socket_connect_timeout": 0.2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.05,
    "interval_max": 0.05,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# The reaper rings lost jobs again and enqueues what is due; nothing else is on beat.
CELERY_BEAT_SCHEDULE = {"reap": {"task": "jobs.reap", "schedule": 30.0, "options": {"expires": 25}}}

# A worker renews its hold on a job four times in this many seconds; who stops doing so has lost the job.
JOB_LEASE_SECONDS = float(os.environ.get("JOB_LEASE_SECONDS", "20"))

# The daily digest by e-mail is off without EMAIL_HOST. PUBLIC_URL (https://…) makes the link in it.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "tongxin@localhost")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "").rstrip("/")

# Files outside the database, under random names.
FILES_DIR = VAR_DIR / "files"


# Logs go the way of all others; the task's arguments are ids, and not even those are printed.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"] if (BASE_DIR / "static" / "dist").is_dir() else []

# Served as they are at the root of the site: the service worker of the visit form, which must stand there.
WHITENOISE_ADD_HEADERS_FUNCTION = careful_file
WHITENOISE_ROOT = BASE_DIR / "static" / "dist" / "root"

# Fonts of the office for its PDF reports (小标宋, 仿宋_GB2312 …); without them Noto Serif SC is used.
REPORT_FONT_DIR = os.environ.get("REPORT_FONT_DIR", "")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.core.assets.AssetStorage"},
}

# Nothing inline at all: no script, no style, no handler. The nonce appears only in an answer that asks for it.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Behind our proxy the browser's scheme stands in a header, which anybody else could have sent too.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# The browsers' preload list is for names of the public web; an office's server mostly has none.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
CSRF_FAILURE_VIEW = "apps.core.errors.csrf_failure"

# -- sign-in: allauth for pages and the second factor, axes for the lock (guide/security.md §1) ------------
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # allauth wants the list; sign-up itself is closed
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # the cookie lasts as long as the session may; SessionLimits ends it earlier
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# login_failed also limits tries at the second factor; axes locks passwords long before it (guide A5: 20 an hour).
# login is by address: an office of 160 cadres stands behind one.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/h/key", "login": "600/m/ip"}
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.SignInForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "reauthenticate": "apps.accounts.forms.ConfirmPasswordForm",
}
MFA_ADAPTER = "apps.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.SecondFactorForm",
    "reauthenticate": "apps.accounts.forms.ConfirmSecondFactorForm",
    "activate_totp": "apps.accounts.forms.EnrolForm",
}
MFA_TOTP_ISSUER = "同心"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: phones of cadres run fast and slow
MFA_RECOVERY_CODES_SHOW_ONCE = False
USERSESSIONS_TRACK_ACTIVITY = False  # one row when a session starts, not a write for every page
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "apps.accounts.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "apps.core.client_address.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # apps.audit writes sign-ins down, without addresses
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "apps.accounts.passwords.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.accounts.passwords.ContextWordsValidator"},
]
SESSION_IDLE_LIMIT = timedelta(minutes=30)
SESSION_ABSOLUTE_LIMIT = timedelta(hours=12)
INVITATION_LIFETIME = timedelta(hours=48)

SESSION_ENGINE = "apps.accounts.sessionstore"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
