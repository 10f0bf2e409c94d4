"""Django settings. What an operator may change comes from the environment (`jiexu doctor`)."""

from __future__ import annotations

import os
from pathlib import Path

from jiexu.work.home import database_settings, home, load_secrets

HOME = home()
_SECRETS = load_secrets(HOME)

DEMO = os.environ.get("JIEXU_DEMO") == "1"
DEBUG = False
SECRET_KEY = _SECRETS.django_key
VAULT_KEYS = _SECRETS.vault_keys

ALLOWED_HOSTS = os.environ.get("JIEXU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
_HTTPS = os.environ.get("JIEXU_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("JIEXU_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "jiexu.config.apps.WiringConfig",
    "jiexu.records.access",
    "jiexu.records.audit",
    "jiexu.records.registry",
    "jiexu.records.ledger",
    "jiexu.records.settlement",
    "jiexu.records.procedures",
    "jiexu.records.exchange",
    "jiexu.records.documents",
    "jiexu.records.notices",
    "jiexu.records.employers",
    "jiexu.faces.ui",
    "jiexu.faces.portal",
    "jiexu.faces.workbench",
    "jiexu.faces.employer",
    "jiexu.faces.verify",
    "jiexu.faces.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
if DEMO:
    INSTALLED_APPS.append("jiexu.simulation.demo_people")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jiexu.faces.ui.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "jiexu.faces.ui.middleware.ErrorsInWords",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "jiexu.config.urls"
WSGI_APPLICATION = "jiexu.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jiexu.faces.ui.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database_settings(os.environ.get("JIEXU_DATABASE_URL", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False  # the unit of work is the only one that commits business rows

AUTH_USER_MODEL = "access.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "portal:sign-in"
SESSION_COOKIE_AGE = 4 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine next door
if _HTTPS:  # TLS ends at a proxy in front, which must set this header and drop a client's own
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"  # business days are those of Asia/Shanghai
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

EXCHANGE_FOLDER = Path(os.environ.get("JIEXU_EXCHANGE", HOME / "exchange"))
ATTACHMENT_FOLDER = Path(os.environ.get("JIEXU_ATTACHMENTS", HOME / "attachments"))
PUBLIC_URL = os.environ.get("JIEXU_PUBLIC_URL", "").rstrip("/")
FONT_PLACES = [Path(one) for one in os.environ.get("JIEXU_FONTS", "").split(",") if one]
BANK_FOLDER = Path(os.environ.get("JIEXU_BANK", HOME / "bank"))

API_PER_MINUTE = int(os.environ.get("JIEXU_API_PER_MINUTE", "1200"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("JIEXU_LOG", "WARNING")},
}
