"""All settings of the project, read from the environment; `.env.example` names every variable."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import embedded
from config.environment import flag, folder, number, text, words

ROOT = Path(__file__).resolve().parents[2]
HOME = folder("YANQI_HOME", ROOT / "var")
DEBUG = flag("DEBUG", True)
PORT = number("PORT", 8000)
PUBLIC_URL = text("PUBLIC_URL", f"http://localhost:{PORT}")


def secret_key() -> str:
    """From SECRET_KEY; with DEBUG on, made once and kept in the home folder."""
    key = text("SECRET_KEY")
    if key:
        return key
    if not DEBUG:
        raise ImproperlyConfigured("Set SECRET_KEY (50 random characters) when DEBUG is off.")
    from django.core.management.utils import get_random_secret_key

    path = HOME / "secret-key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_secret_key())
        path.chmod(0o600)
    return path.read_text()


def database(url: str) -> dict[str, object]:
    """A postgresql:// address as Django's dictionary; query parameters become driver options."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "") or unquote(parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
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
        found["openid_connect"] = {"APPS": [app]}
    return found


SECRET_KEY = secret_key()
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
DATABASES = {"default": database(text("DATABASE_URL") or embedded.database_url(HOME))}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
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
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontend.middleware.reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactor",
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
ACCOUNT_EMAIL_VERIFICATION = "optional" if DEBUG else "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "accounts.login.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.login.SignupForm"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
SIGNUP_OPEN = flag("SIGNUP_OPEN", True)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
SECOND_FACTOR_FOR = words("SECOND_FACTOR_FOR")
SOCIALACCOUNT_ADAPTER = "accounts.login.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = social_providers()
GUARDIAN_AUTO_PREFETCH = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/work/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Chinese"))]
LOCALE_PATHS = [ROOT / "frontend" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [ROOT / "frontend" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "uploads"

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
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.JSON"],
    "EXCEPTION_HANDLER": "core.api.problems.handle",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

CELERY_BROKER_URL = text("BROKER_URL", "filesystem://")
EMAIL_FROM = text("EMAIL_FROM", "Yanqi <no-reply@yanqi.example>")
DEFAULT_FROM_EMAIL = EMAIL_FROM
EMAIL_URL = text("EMAIL_URL")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
