"""All settings of the project, read from the environment; `.env.example` names every variable."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from config import embedded, logs
from config.environment import BadEnvironment, flag, home, number, one_of, text, words
from config.schedule import SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
HOME = home("YANQI_HOME", ROOT / "var")
DEBUG = flag("DEBUG", True)
PORT = number("PORT", 8000)
PUBLIC_URL = text("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = words("ALLOWED_HOSTS") or (["testserver", *LOCAL_HOSTS] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
HTTPS = PUBLIC_URL.startswith("https://")


def secret_key() -> str:
    """From SECRET_KEY; with DEBUG on, made once and kept in the home folder."""
    if key := text("SECRET_KEY"):
        return key
    from django.core.management.utils import get_random_secret_key

    path = HOME / "secret-key"
    if DEBUG and not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text() if DEBUG else ""


def refuse_unsafe() -> None:
    """End the process with every reason at once when DEBUG is off and a default would be unsafe."""
    host = urlsplit(PUBLIC_URL).hostname
    reasons = [
        (len(SECRET_KEY) < 50, "SECRET_KEY must have at least 50 characters"),
        (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS, "ALLOWED_HOSTS must list the host names that are served"),
        (not HTTPS and host not in {"localhost", "127.0.0.1", "::1"}, "PUBLIC_URL must begin with https://"),
    ]
    if broken := [reason for is_broken, reason in reasons if is_broken]:
        raise BadEnvironment(f"With DEBUG off, {'; '.join(broken)}.")


def database(url: str) -> dict[str, object]:
    """A postgresql:// address as Django's dictionary; query parameters become driver options.

    Connections persist, and statements of raw psycopg cursors are prepared at their sixth use (Django's default would
    silently never prepare). They are planned once, not anew for every set of values: planning the facts of a booking
    took as long as answering them (2.4 of 5.6 ms at 100,000 bookings).
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadEnvironment("DATABASE_URL must begin with postgresql://; Yanqi runs on no other database.")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "") or unquote(parts.hostname or ""))
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "prepare_threshold": 5,
            "application_name": "yanqi",
            "options": "-c plan_cache_mode=force_generic_plan",
        }
        | options,
    }


def mail(url: str) -> dict[str, object]:
    """An smtp:// or smtps:// address as Django's settings; without one, mail goes to files in the home folder."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": HOME / "mail",
        }
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadEnvironment("EMAIL_URL must look like smtp://user:password@host:587 (STARTTLS) or smtps://….")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in LOCAL_HOSTS,
        "EMAIL_TIMEOUT": 20,
    }


def social_providers() -> dict[str, object]:
    """ORCID and OpenID Connect, each switched on by its client id in the environment."""
    found: dict[str, object] = {}
    if orcid := text("ORCID_CLIENT_ID"):
        app: dict[str, object] = {"client_id": orcid, "secret": text("ORCID_CLIENT_SECRET"), "key": ""}
        found["orcid"] = {"BASE_DOMAIN": text("ORCID_DOMAIN", "orcid.org"), "MEMBER_API": False, "APPS": [app]}
    if client := text("OIDC_CLIENT_ID"):
        app = {
            "provider_id": "oidc",
            "name": text("OIDC_NAME", "OpenID Connect"),
            "client_id": client,
            "secret": text("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": text("OIDC_SERVER_URL")},
        }
        found["openid_connect"] = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    return found


SECRET_KEY = secret_key()
if not DEBUG:
    refuse_unsafe()
DATABASES = {"default": database(text("DATABASE_URL") or embedded.database_url(HOME))}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "config.apps.StaticFiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.orcid",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_cotton",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "guardian",
    "knox",
    "pgtrigger",
    "rest_framework",
    "template_partials.apps.SimpleAppConfig",
    "config",
    "core",
    "accounts",
    "workflow",
    "notifications",
    "alliance",
    "facilities",
    "programs",
    "reports",
    "frontend",
]

MIDDLEWARE = [
    "core.middleware.probes",
    "core.middleware.request_context",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "frontend.middleware.asked_language",
    "django.middleware.common.CommonMiddleware",
    "core.middleware.readable",
    "core.middleware.programs",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontend.middleware.reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactor",
    "frontend.views.errors.Refusals",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

COMPONENTS = (
    "django.template.loaders.cached.Loader",
    [
        "django_cotton.cotton_loader.Loader",
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ],
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend" / "templates"],
        "OPTIONS": {
            "loaders": [COMPONENTS, ("template_partials.loader.Loader", [COMPONENTS])],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.contexts.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "frontend.templatetags.yanqi",
            ],
        },
    }
]

CSRF_FAILURE_VIEW = "frontend.views.errors.csrf_failure"
FORM_RENDERER = "frontend.rendering.Forms"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
KNOX_TOKEN_MODEL = "accounts.ApiToken"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if text("EMAIL_URL") else "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "accounts.login.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.login.SignupForm"
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key", "enquiry": "20/h/ip,3/h/key"}
SIGNUP_OPEN = flag("SIGNUP_OPEN", True)
DEMO_PASSWORD = "yanqi-demo"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SECOND_FACTOR_FOR = words("SECOND_FACTOR_FOR")
ERASURE_AFTER_DAYS = number("ERASURE_AFTER_DAYS", 7)  # in which who asked to be forgotten may change their mind
SITE_ACCESS_DAYS = number("SITE_ACCESS_DAYS", 30)  # after a visit, then what the gate had to know is purged
DATA_REQUEST_DAYS = number("DATA_REQUEST_DAYS", 30)  # GDPR Art. 12(3)
SMALL_CELL = number("SMALL_CELL", 3)  # figures about fewer parties are not shown to the public
LATE_CANCELLATION_DAYS = number("LATE_CANCELLATION_DAYS", 14)  # called off with less notice: late (K31)
OUTAGES_TOGETHER_MINUTES = number("OUTAGES_TOGETHER_MINUTES", 60)  # less running between outages: one outage (K05)
SOCIALACCOUNT_ADAPTER = "accounts.login.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = social_providers()
GUARDIAN_AUTO_PREFETCH = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Chinese"))]
LOCALE_PATHS = [HOME / "locale"]  # compiled from frontend/locale by config.translations
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [ROOT / "frontend" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.static.Storage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = HOME / "uploads"

# Cookies know no ports: two copies on one machine must not sign each other's people out.
SESSION_COOKIE_NAME = "session" if HTTPS else f"session-{PORT}"
CSRF_COOKIE_NAME = "csrf" if HTTPS else f"csrf-{PORT}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY", False) else None
# Whether neighbouring names are served over HTTPS too is for the owner of the domain to say, at the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.JSON"],
    "EXCEPTION_HANDLER": "core.api.problems.handle",
    "DEFAULT_PARSER_CLASSES": ["core.api.parsing.JSON"],
    "DEFAULT_METADATA_CLASS": None,  # the schema says what there is
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Yanqi",
    "DESCRIPTION": "Joint programmes, time on instruments and what came of them, for alliances of science centres.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used: sharing names between apps makes accidents
}

# Shared by all processes without another server: what must hold across them (rate limits) cannot live in one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

CELERY_BROKER_URL = text("BROKER_URL", "filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(HOME / "queue" / "messages"),
        "data_folder_out": str(HOME / "queue" / "messages"),
        "control_folder": str(HOME / "queue" / "control"),
        "processed_folder": str(HOME / "queue" / "taken"),
        "store_processed": False,
        "polling_interval": 0.5,
    }
    if CELERY_BROKER_URL.startswith("filesystem:")
    else {"socket_connect_timeout": 2, "visibility_timeout": 3600}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "run" / "beat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # a request does not wait for a broker that is away; the sweep sends again
CELERY_TASK_DEFAULT_QUEUE = "yanqi"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

EMAIL_URL = text("EMAIL_URL")
DEFAULT_FROM_EMAIL = text("EMAIL_FROM", "Yanqi <no-reply@yanqi.example>")
globals().update(mail(EMAIL_URL))

LOGGING = logs.configuration(
    one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO" if not DEBUG else "WARNING"),
    one_of("LOG_FORMAT", ("json", "console"), "console" if DEBUG else "json"),
)

# What a joint programme needs before it may be submitted: member organisations, and countries they come from.
PROGRAM_MIN_MEMBERS = number("PROGRAM_MIN_MEMBERS", 2)
PROGRAM_MIN_COUNTRIES = number("PROGRAM_MIN_COUNTRIES", 2)
# People who proposed or published together in so many years before do not judge each other.
CONFLICT_YEARS = number("CONFLICT_YEARS", 3)
CALL_LEAST_REVIEWS = number("CALL_LEAST_REVIEWS", 2)  # a call asks for at least so many reviews
SOLVED_AT_ONCE = number("SOLVED_AT_ONCE", 60)  # more proposals or legs are assigned or allocated by a worker
CIRCULATION_DAYS = number("CIRCULATION_DAYS", 30)  # material of an event goes round so long before
QUOTATION_MONTHS = number("QUOTATION_MONTHS", 12)
PAYMENT_BUSINESS_DAYS = number("PAYMENT_BUSINESS_DAYS", 5)
PAID_TIME_MONTHS = number("PAID_TIME_MONTHS", 12)
ATTACHMENT_MEGABYTES = number("ATTACHMENT_MEGABYTES", 20)  # largest file of a proposal
DOCUMENT_MEGABYTES = number("DOCUMENT_MEGABYTES", 50)  # largest file of a document
INVITATION_DAYS = number("INVITATION_DAYS", 60)  # so long the link of an invitation to a team holds
PROPOSAL_RETURN_DAYS = number("PROPOSAL_RETURN_DAYS", 14)  # so long a returned proposal may be mended, at least
CONSENT_REMINDER_DAYS = (7, 2, 0)  # days before the end of the consent window on which signatories are reminded
CLOSE_AFTER_DAYS = number("CLOSE_AFTER_DAYS", 14)  # after its check-out a booking is closed
REPORT_MONTHS = number("REPORT_MONTHS", 3)  # an experiment report is due so long after the run
REPORT_REMINDERS = (-30, -7, 0, 14)  # days from the due day
PUBLICATION_MONTHS = number("PUBLICATION_MONTHS", 24)  # a publication or an explanation is expected
PUBLICATION_REMINDERS = (-90, 0, 90)  # days from that day
CALL_REMINDER_DAYS = (7, 1)  # days before the deadline on which teams with a draft are reminded
CONFIRM_DAYS = number("CONFIRM_DAYS", 7)  # a PI confirms granted time, else it goes to the reserve
LEG_MONTHS = number("LEG_MONTHS", 3)  # granted time without a cycle is used within these months
LEG_EXTENSION_MONTHS = number("LEG_EXTENSION_MONTHS", 3)  # and may be given so many more, once
OFFER_ANSWER_DAYS = number("OFFER_ANSWER_DAYS", 14)  # so long a place offered in public waits for its answer
FEEDBACK_DAYS = number("FEEDBACK_DAYS", 60)  # so long after a run its requester is asked how it went (K36)
PROPOSAL_MONTHS = number("PROPOSAL_MONTHS", 24)  # so long after its result a proposal expires
PROPOSAL_EXPIRY_WARNINGS = (90, 30)  # days before, on which its leads are warned
APPEAL_DAYS = number("APPEAL_DAYS", 28)  # so long after the announcement a decision may be appealed
TERM_ALERT_DAYS = (180, 90, 30)  # before a term of office ends, when the secretariat is told
CIRCULATION_DAYS = number("CIRCULATION_DAYS", 30)  # before a meeting, from which on its agenda is late
ARRIVAL_MINUTES = number("ARRIVAL_MINUTES", 60)  # before a meeting starts, from which on people check in
ACTION_REMINDER_DAYS = number("ACTION_REMINDER_DAYS", 14)  # before an action is due, when its owner is reminded
MEMBER_SPONSORS = number("MEMBER_SPONSORS", 0)  # so many members sponsor an application, at least
APPROVAL_UNDO_MINUTES = number("APPROVAL_UNDO_MINUTES", 10)  # so long its giver may take an approval back
