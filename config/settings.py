"""All settings, from the environment, safe by default. `.env.example` lists the names.

WARM_HANDS_MODE is `production` unless said otherwise: it refuses to start with anything unsafe. `demo` serves the demo
world on localhost, `test` is for the test runner.
"""

from __future__ import annotations

from pathlib import Path

from config.database import database_settings, prefer_sqlite_with_fix

prefer_sqlite_with_fix()

import django_stubs_ext  # noqa: E402  (these come after the SQLite engine was chosen)
import environ  # noqa: E402
from csp.constants import NONE, SELF  # noqa: E402
from django.conf.locale import LANG_INFO  # noqa: E402  (as above)
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.utils.translation import gettext_lazy as _  # noqa: E402
from django.utils.translation import to_language  # noqa: E402  (as above)

from config.lib.logs import logging_settings  # noqa: E402
from config.refusals import DEMO_FIELD_KEY, DEMO_SECRET_KEY, Offer, refusals  # noqa: E402

# Lets admin and form classes name their model, as in ModelAdmin[Letter]; types only.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# How it runs ---------------------------------------------------------------------------------------------------------
MODE = env.str("WARM_HANDS_MODE", "production")
DEMO = MODE == "demo"
TESTING = MODE == "test"
SECURE = MODE == "production"
DEBUG = env.bool("DEBUG", False)
VERSION = "0.6.0"
PORT = env.int("PORT", 8000)
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.str("SECRET_KEY", "" if SECURE else DEMO_SECRET_KEY)
FIELD_KEYS = env.list("FIELD_KEYS", default=[] if SECURE else [DEMO_FIELD_KEY])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if SECURE else ["localhost", "127.0.0.1", "[::1]", "testserver"])
SITE_URL = env.str("SITE_URL", "" if SECURE else f"http://localhost:{PORT}").rstrip("/")
SITE_NAME = env.str("SITE_NAME", "Warm Hands")
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
WEB_THREADS = env.int("WEB_THREADS", 4)

# The demo has a file of its own, so that trying things out never meets what a site keeps in earnest.
_sqlite_file = VAR_DIR / ("demo.sqlite3" if DEMO else "warm-hands.sqlite3")
DATABASES = {"default": database_settings(env.str("DATABASE_URL", ""), default=_sqlite_file, pool_size=WEB_THREADS + 2)}
BACKUP_DIR = Path(env.str("BACKUP_DIR")) if env.str("BACKUP_DIR", "") else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_refused = refusals(Offer(MODE, DEBUG, SECRET_KEY, FIELD_KEYS, ALLOWED_HOSTS, SITE_URL, DATABASES["default"]))
if _refused:
    raise ImproperlyConfigured("Warm Hands does not start like this:\n- " + "\n- ".join(_refused))

# The rooms -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.site.WarmHandsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_structlog",
    "csp",
    "config.accounts",
    "config.audit",
    "config.letters",
    "config.jobs",
    "config.demo",
    "curriculum",
    "instructors",
    "families",
    "classes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.headers_middleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.middleware.health_middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.language_middleware",
    "config.middleware.person_middleware",
    "config.device.device_middleware",
    "classes.views.on_a_phone.still_kept_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "config.middleware.guard_middleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.shell",
            ],
            "libraries": {"warm": "config.templatetags.warm", "records": "config.templatetags.records"},
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# Words and times -----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
# A language is offered once its catalogue is compiled, and not before. Django's own catalogues know what it is called.
_CODES = sorted(to_language(file.parts[-3]) for file in LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.mo"))
LANGUAGES = [("en", _("English")), *((code, _(LANG_INFO[code]["name"])) for code in _CODES)]
# The others are drafts, and every page says so. Whether a native instructor has read what is taught is another matter:
# that is kept with each text, and said beside it in every language until then.
COMPLETE_LANGUAGES = frozenset(("en", "es"))
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Static files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfinders.SheetFinder",
]
_static_storage = "config.staticstore.HashedStaticStorage"
if TESTING:
    _static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
MEDIA_ROOT = VAR_DIR / "media"
# Tests serve the files as they lie in the repository, so that nothing need be collected first.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "webp", "gz", "br", "woff2", "zip"]

# Who signs in --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "arrive"
LOGOUT_REDIRECT_URL = "classes:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_validation = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _validation + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _validation + "CommonPasswordValidator"},
    {"NAME": _validation + "UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "config.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "config.accounts.forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# allauth offers the change to new accounts only, so the offer would tell who has one; "start again" does the same.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
# New holds of places in one series: few enough that nobody keeps a room empty from one address, or with one account.
ACCOUNT_RATE_LIMITS = {"hold_places": "3/h/key", "hold_places_known": "3/h/key", "change_hold": "30/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_ADAPTER = "config.accounts.adapter.SecondFactorAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
PASSWORD_RESET_TIMEOUT = 600

# Sessions and cookies ------------------------------------------------------------------------------------------------
_host_prefix = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = _host_prefix + "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = _host_prefix + "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
LANGUAGE_COOKIE_SECURE = SECURE
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# What every answer carries -------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": ["self"],
    "microphone": [],
    "payment": [],
    "usb": [],
    "publickey-credentials-get": ["self"],
    "publickey-credentials-create": ["self"],
    "screen-wake-lock": ["self"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by this machine itself, past the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600

# Signed badges -------------------------------------------------------------------------------------------------------
# Private keys are never in the database: files of this folder, or the middle lines of such files.
SIGNING_KEYS_DIR = Path(env.str("SIGNING_KEYS_DIR", "") or VAR_DIR / "signing-keys")
SIGNING_KEYS = env.list("SIGNING_KEYS", default=[])

# Letters and work outside requests -----------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", "Warm Hands <hello@warmhands.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
vars().update(env.email_url("EMAIL_URL", default="consolemail://" if SECURE else "dummymail://"))
if DEMO and not env.str("EMAIL_URL", ""):
    EMAIL_BACKEND = "config.letters.demo.DemoLetterBackend"
JOBS: dict[str, tuple[str, int]] = {
    "tidy offers and holds": ("classes.offers.sweep", 60),
    "remind families of their dates": ("classes.reminding.remind", 300),
    "tell again who has not opened a change": ("classes.telling.tell_again", 300),
    "forget where families streamed": ("classes.streaming.forget_contacts", 3600),
    "ask for a decision on small series": ("classes.deciding.remind", 900),
    "close merges of series": ("classes.merging_series.sweep", 300),
    "nudge families to practise": ("classes.nudging.nudge", 900),
    "thank families after the last date": ("classes.thanking.thank", 900),
    "count practice for candidates": ("classes.practicum.sweep", 900),
    "tidy make-up rights": ("classes.making_up.sweep", 3600),
    "tell who waits for a class that fits": ("classes.alerts.tell_all", 300),
    "forget old letters": ("config.letters.outbox.forget_old_letters", 24 * 3600),
    "forget health answers": ("families.retention.sweep", 3600),
    "forget old diaries": ("families.forgetting_diaries.sweep", 24 * 3600),
    "forget answers before classes": ("classes.anything_changed.sweep", 3600),
    "forget names of walk-ins": ("classes.guests.forget_names", 24 * 3600),
    "forget incident notes": ("classes.incidents.forget", 24 * 3600),
    "forget clearances": ("classes.clearing.sweep", 24 * 3600),
    "forget parts that rest": ("classes.resting.sweep", 24 * 3600),
    "forget unconfirmed accounts": ("config.accounts.opening.forget_unconfirmed", 24 * 3600),
    "seal the audit trail": ("config.audit.seal.seal_new_entries", 300),
    "remind candidates of their last day": ("instructors.due_soon.remind", 3600),
    "forget old work of candidates": ("instructors.retention.sweep", 24 * 3600),
    "sign badges anew after a key got out": ("instructors.resigning.sweep", 300),
    "end lapsed traineeships": ("instructors.lapsing.sweep", 24 * 3600),
    "tell whose certificate ends": ("instructors.life_watch.remind", 24 * 3600),
    "end renewals that ran out": ("instructors.renewing.sweep", 24 * 3600),
    "read every certificate's story again": ("instructors.life_watch.check_stories", 24 * 3600),
}

# What candidates handed in, and what families said of their practice, is deleted so long after the training.
WORK_KEPT_MONTHS = env.int("WORK_KEPT_MONTHS", 24)

# What else is told of health, and deleted where a family takes back that its answers are kept; see families.consents.
FORGETS_HEALTH = ("classes.anything_changed.forget", "classes.clearing.forget", "families.reasons.forget")

# What the rooms above know of someone who teaches; see instructors.effects.
TELLS_OF_TEACHING = ("classes.standing.coming_classes",)

# Logs ----------------------------------------------------------------------------------------------------------------
LOGGING = logging_settings(json=SECURE, level=env.str("LOG_LEVEL", "INFO"))
DJANGO_STRUCTLOG_COMMAND_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = BEHIND_PROXY
