"""Settings, all from the environment (12-factor); README.md lists the variables a deployment sets."""

from pathlib import Path
from typing import Any

import environ
import structlog

from trackagoat.api_settings import *  # noqa: F403 - rooms of the same house
from trackagoat.provider_settings import *  # noqa: F403
from trackagoat.provider_settings import SIMULATOR_URL, TIKTOK_CLIENT_KEY, TIKTOK_IS_SIMULATED
from trackagoat.redaction import hide_link_secrets, leave_out_personal_data

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
# Former keys: what they signed, such as cursors and links, stays good while they are named here.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
IS_HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
# Only a proxy that says how it was asked can be told to ask again; probes from inside come over plain http.
SECURE_SSL_REDIRECT = IS_HTTPS and BEHIND_PROXY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=60 * 60 * 24 * 365) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"
# A file of 10 MB and the form around it; what is not a file is held in memory and stays below Django's own 2.5 MB.
MAX_BODY_BYTES = 12 * 2**20
SECURE_REFERRER_POLICY = "same-origin"
# Nothing inline, nothing evaluated, nothing from elsewhere but pictures.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "https:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "hijack",
    "hijack.contrib.admin",
    "django_htmx",
    "django_rls_tenants",
    "django_structlog",
    "drf_spectacular",
    "rest_framework",
    "trackagoat",
    "orgs",
    "projects",
    "scraping",
    "creators",
    "videos",
    "connections",
    "campaigns",
    "analytics",
    "goals",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside of whatever refuses a request: a refusal has an id, too.
    "django_structlog.middlewares.RequestMiddleware",
    "trackagoat.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "trackagoat.middleware.SameForEverybodyMiddleware",
    "trackagoat.people.PeoplesSessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "trackagoat.people.SignedInPeople",
    "trackagoat.operations.traffic.TrafficMiddleware",
    "trackagoat.middleware.BodyLimitMiddleware",
    "trackagoat.people.PeoplesMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trackagoat.people.ImpersonatedPeople",
    "orgs.suspension.SuspendedUserMiddleware",
    "orgs.staff.StaffMiddleware",
    "orgs.audit.ActorMiddleware",
    "orgs.sessions.SessionActivityMiddleware",
    "api.middleware.ApiMiddleware",
    "orgs.scope.OrganizationScopeMiddleware",
]

ROOT_URLCONF = "trackagoat.urls"
WSGI_APPLICATION = "trackagoat.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "projects.views.navigation",
            ],
        },
    }
]

# --- databases -------------------------------------------------------------------------------------------------------
# Two roles: the owner migrates and makes partitions, the application may only read and write rows.


def _database(app_variable: str, owner_variable: str) -> dict[str, Any]:
    owner = env.str("DATABASE_ROLE", default="app") == "owner"
    config: dict[str, Any] = env.db_url(
        owner_variable if owner else app_variable, engine="django.db.backends.postgresql"
    )
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    # Django's own cursors prepare nothing; it only lets those do so that ask for it (orgs.cursors).
    config.setdefault("OPTIONS", {})["prepare_threshold"] = 5
    return config


DATABASES: dict[str, dict[str, Any]] = {"default": _database("DATABASE_URL", "DATABASE_OWNER_URL")}
HISTORY_ALIAS = "default"
if env.str("HISTORY_DATABASE_URL", default=""):
    HISTORY_ALIAS = "history"
    DATABASES["history"] = _database("HISTORY_DATABASE_URL", "HISTORY_DATABASE_OWNER_URL")
DATABASE_ROUTERS = ["trackagoat.routers.HistoryRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

RLS_TENANTS = {
    "TENANT_MODEL": "orgs.Organization",
    "TENANT_FK_FIELD": "org",
    "TENANT_PK_TYPE": "uuid",
    "STRICT_MODE": True,
    "USE_LOCAL_SET": True,
}

# --- Redis: cache, broker, pacing ------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task that was taken and not answered for is handed out again after an hour: longer than any task runs. Queues are
# emptied in the order in which a worker names them.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "queue_order_strategy": "priority"}
# Somebody waits for what is in `interactive`; `scheduled` is the bulk of reading; the rest is `upkeep`.
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_TASK_ROUTES = {
    "scraping.tasks.dispatch_due_targets": {"queue": "interactive"},
    "scraping.tasks.scrape_target": {"queue": "interactive"},
    "scraping.tasks.scrape_targets": {"queue": "scheduled"},
    "creators.tasks.follow_link": {"queue": "interactive"},
    "connections.tasks.attend": {"queue": "scheduled"},
}
# Providers whose bulk work has a queue, and so workers, of its own: PROVIDER_QUEUES=ytdlp=slow
PROVIDER_QUEUES: dict[str, str] = env.dict("PROVIDER_QUEUES", default={})
# Asked to stop, a worker finishes what it does; what it has not begun goes back to the queue.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 12
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 200_000  # KiB; above, a child ends after its task and a new one begins
CELERY_BEAT_SCHEDULER = "trackagoat.beat:SingleScheduler"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What a task prints stays as it is: mails, where none are sent, with the links that log lines hide.
CELERY_WORKER_REDIRECT_STDOUTS = False
# Weeks of days that have ended wait so long for being packed; until then series over them are computed from snapshots.
PACK_SECONDS = 15
CELERY_BEAT_SCHEDULE = {
    "pack snapshots": {
        "task": "scraping.tasks.pack_snapshots",
        "schedule": PACK_SECONDS,
        "options": {"expires": PACK_SECONDS},
    },
    "claim due targets": {"task": "scraping.tasks.dispatch_due_targets", "schedule": 10, "options": {"expires": 10}},
    "check canaries": {"task": "scraping.tasks.check_canaries", "schedule": 600, "options": {"expires": 600}},
    "copy pictures": {"task": "scraping.tasks.copy_pictures", "schedule": 15, "options": {"expires": 15}},
    "mirror what lags": {"task": "videos.tasks.sweep_mirror", "schedule": 60, "options": {"expires": 60}},
    "mirror what nothing tells of": {"task": "videos.tasks.walk_mirror", "schedule": 6 * 60 * 60},
    "judge missing accounts": {
        "task": "creators.tasks.judge_missing_accounts",
        "schedule": 5 * 60,
        "options": {"expires": 5 * 60},
    },
    "follow waiting links": {"task": "creators.tasks.follow_waiting_links", "schedule": 60, "options": {"expires": 60}},
    "attend to connected accounts": {
        "task": "connections.tasks.attend_to_due_accounts",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "mail staff what they must look at": {
        "task": "trackagoat.tasks.alert_staff_if_needed",
        "schedule": 5 * 60,
        "options": {"expires": 5 * 60},
    },
    "judge goals": {"task": "goals.tasks.judge_goals", "schedule": 10 * 60, "options": {"expires": 10 * 60}},
    "forget unreadable history": {"task": "videos.tasks.forget_unreadable_history", "schedule": 24 * 60 * 60},
    "forget own readings": {"task": "connections.tasks.forget_unreadable", "schedule": 24 * 60 * 60},
    "forget unused pictures": {"task": "videos.tasks.forget_unused_pictures", "schedule": 24 * 60 * 60},
    "forget old runs": {"task": "scraping.tasks.forget_old_runs", "schedule": 60 * 60},
    "deliver waiting events": {"task": "orgs.tasks.deliver_events", "schedule": 15, "options": {"expires": 15}},
    "purge deleted projects": {"task": "projects.tasks.purge_deleted_projects", "schedule": 60 * 60},
    "forget gone rows": {"task": "projects.tasks.forget_gone_rows", "schedule": 24 * 60 * 60},
    "purge deleted organizations": {"task": "orgs.tasks.purge_deleted_organizations", "schedule": 60 * 60},
    "warn of nearly used limits": {"task": "orgs.tasks.sweep_limit_warnings", "schedule": 15 * 60},
    "forget delivered events": {"task": "orgs.tasks.forget_delivered_events", "schedule": 24 * 60 * 60},
}

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# The link signs in whoever signed up in the same browser.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"signup": "orgs.forms.SignupForm"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
MFA_ADAPTER = "orgs.two_factor.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "trackagoat"
# Browsers offer passkeys over https and, for trying out, on localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
# Wrong codes of an authenticator app within one step of its clock are right ones: clocks differ.
MFA_TOTP_TOLERANCE = 1
USERSESSIONS_TRACK_ACTIVITY = True
# Counting attempts by address needs the client's address, which a proxy in front passes on.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if GOOGLE_CLIENT_ID:
    INSTALLED_APPS.append("allauth.socialaccount.providers.google")
    SOCIALACCOUNT_PROVIDERS["google"] = {
        "APPS": [{"client_id": GOOGLE_CLIENT_ID, "secret": env.str("GOOGLE_CLIENT_SECRET"), "key": ""}],
        "SCOPE": ["profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
        # Google has checked that the address is theirs: it leads to the account that has it.
        "EMAIL_AUTHENTICATION": True,
        "EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
    }
    # Browsers hold a form's redirects to the policy as well.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("https://accounts.google.com")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="trackagoat <hello@trackagoat.example>")
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))

# Staff see the product as a person sees it, and change nothing; the banner is ours (templates/partials).
HIJACK_PERMISSION_CHECK = "hijack.permissions.superusers_and_staff"
HIJACK_INSERT_BEFORE = None
STAFF_REQUIRE_TWO_FACTOR = env.bool("STAFF_REQUIRE_TWO_FACTOR", default=IS_HTTPS)
# Where people write for help and for larger limits; empty: the sender of the product's mail.
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="")

# Who is mailed when a person must look: TikTok changed a shape, a source stays down.
ADMINS = [("staff", address) for address in env.list("ADMINS", default=[])]
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = "[trackagoat] "

# --- operations ------------------------------------------------------------------------------------------------------
# Who may read /metrics: the bearer of this; without one only this machine itself.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- product ---------------------------------------------------------------------------------------------------------
DEFAULT_TIER = env.str("DEFAULT_TIER", default="free")
if SIMULATOR_URL:
    # It serves its pictures over http.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(SIMULATOR_URL)
if TIKTOK_CLIENT_KEY:
    # The form that asks for consent leads to TikTok's page.
    consent_host = SIMULATOR_URL if TIKTOK_IS_SIMULATED else "https://www.tiktok.com"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(consent_host)

# --- pages, static files, languages ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Our copies of TikTok's pictures: a folder, or a bucket of S3 or what speaks like it. Every process must see the same.
PICTURES_DIR = env.str("PICTURES_DIR", default=str(BASE_DIR / "var" / "pictures"))
PICTURES_BUCKET = env.str("PICTURES_BUCKET", default="")
_in_a_folder = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": PICTURES_DIR, "allow_overwrite": True},
}
# Keys, region and endpoint come from the AWS_* variables that boto3 reads itself.
_in_a_bucket = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {"bucket_name": PICTURES_BUCKET, "default_acl": None, "querystring_auth": False},
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "pictures": _in_a_bucket if PICTURES_BUCKET else _in_a_folder,
    "staticfiles": {
        "BACKEND": env.str("STATIC_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- logs ------------------------------------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="console")
# Who asked stands in the logs as an id; addresses of people are personal data.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
_log_steps: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                leave_out_personal_data,
                hide_link_secrets,
                structlog.processors.JSONRenderer()
                if LOG_FORMAT == "json"
                else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            ],
            "foreign_pre_chain": _log_steps,
        }
    },
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "django_rls_tenants": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_log_steps,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
