"""The settings of the whole project, in one file; what differs between places comes from the environment.

`docs/configuration.md` lists every variable.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env, logging, observability

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.directory("PREAU_DATA_DIR", BASE_DIR / ".data")

# --- What kind of place is this -------------------------------------------------------------------------
DEBUG = env.flag("PREAU_DEBUG", default=False)
# The demo place: one machine, plain http on localhost, fictional people whose passwords are printed.
DEMO = env.flag("PREAU_DEMO", default=False)
STYLE_PAGE = DEBUG or DEMO
RELEASE = env.text("PREAU_RELEASE", "0.1.0")


def _secret_key() -> str:
    kept = DATA_DIR / "secret_key"
    if kept.is_file():
        return env.text("PREAU_SECRET_KEY", kept.read_text(encoding="utf-8").strip())
    return env.text("PREAU_SECRET_KEY")


SECRET_KEY = _secret_key()
# What signs the archives of schools (64 hexadecimal digits; empty: derived from the secret key), and the public keys
# of the other places whose archives are restored here.
ARCHIVE_KEY = env.text("PREAU_ARCHIVE_KEY", "")
TRUSTED_ARCHIVE_KEYS = env.words("PREAU_TRUSTED_ARCHIVE_KEYS")

# --- Hosts ----------------------------------------------------------------------------------------------
# The address of the front door, as browsers see it. Schools live at <slug>.<SCHOOL_DOMAIN>.
ORIGIN = urlsplit(env.text("PREAU_ORIGIN", f"http://localhost:{env.integer('PREAU_PORT', 8000)}"))
if ORIGIN.scheme not in {"http", "https"} or not ORIGIN.hostname:
    raise ImproperlyConfigured("PREAU_ORIGIN must look like https://ent.example.fr")
HTTPS = ORIGIN.scheme == "https"
SCHOOL_DOMAIN = env.text("PREAU_SCHOOL_DOMAIN", ORIGIN.hostname).lower()
REGION_HOSTS = {ORIGIN.hostname.lower(), *env.words("PREAU_REGION_HOSTS")}
if SCHOOL_DOMAIN == "localhost":
    REGION_HOSTS |= {"preau.localhost", "127.0.0.1", "[::1]"}
REGION_NAME = env.text("PREAU_REGION_NAME", "Grand Est")
# Every host is looked up in the database by tenants.schemas.middleware, and answers 404 when it is unknown:
# the list of 3,200 subdomains and of schools' own domains is data, not configuration.
ALLOWED_HOSTS = ["*"]

# The port of the live process (config.asgi) where no proxy leads to it from the pages' own address.
LIVE_PORT = env.integer("PREAU_LIVE_PORT", 0)

# For how long a process remembers which school a host leads to, and that it is open; 0 asks every time.
HOST_CACHE_SECONDS = env.integer("PREAU_HOST_CACHE_SECONDS", 5)
if not 0 <= HOST_CACHE_SECONDS <= 10:
    raise ImproperlyConfigured("PREAU_HOST_CACHE_SECONDS must be 0 to 10: a suspended school stops within 10 s.")

# --- Apps -----------------------------------------------------------------------------------------------
# Modules of this house, then those that live elsewhere.
MODULES = ["modules.news", "modules.messaging", "modules.liaison", *env.words("PREAU_EXTRA_MODULES")]
# Pages of modules at the front door, for whoever has a profile in a school: name of the address, icon, words.
FRONT_DOOR_PAGES = [("joint_messages:index", "mail", "Mes messages")]
# What the region may know of the modules, as plain data.
MODULE_CATALOGUE = "core.modules.catalogue.catalogue"
FEATURE_CATALOGUE = "core.adoption.catalogue.catalogue"
JOB_CATALOGUE = "core.jobs.catalogue.catalogue"
CORE_MANIFESTS = [
    "core.dashboard",
    "core.people",
    "core.structure",
    "core.activation",
    "core.notifications",
    "core.alerts",
    "core.search",
    "core.modules",
    "core.adoption",
    "core.jobs",
    "core.imports",
    "core.privacy",
    "core.api",
    "core.audit",
    "core.files",
]

SHARED_APPS = [
    "tenants.schemas",  # first: its `migrate` command takes precedence
    "django_tenants",
    "tenants.audit",
    "tenants.establishments",
    "tenants.accounts",
    "tenants.policies",
    "tenants.transfers",
    "tenants.adoption",
    "tenants.suspensions",
    "tenants.work",
    "tenants.imports",
    "tenants.alerts",
    "tenants.api",
    "tenants.portal",
    "core.ui",
    "core.permissions",
    "core.demo",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "template_partials",
    "rules",
]
TENANT_APPS = [
    "django.contrib.sessions",
    "core.modules",
    "core.people",
    "core.structure",
    "core.audit",
    "core.files",
    "core.dashboard",
    "core.notifications",
    "core.alerts",
    "core.search",
    "core.privacy",
    "core.adoption",
    "core.api",
    "core.jobs",
    "core.imports",
    "core.activation",
    *MODULES,
]
# Present on both sides on purpose: portal sessions in public, school sessions in the school's schema.
APPS_ON_BOTH_SIDES = {"sessions"}
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]

TENANT_MODEL = "establishments.Establishment"
TENANT_DOMAIN_MODEL = "establishments.Domain"
PUBLIC_SCHEMA_URLCONF = "config.urls_region"
ROOT_URLCONF = "config.urls_school"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
# How statements reach a school's schema: one message, or one by one as Citus wants them.
REPLAY = env.text("PREAU_REPLAY", "message")
if REPLAY not in {"message", "statements"}:
    raise ImproperlyConfigured("PREAU_REPLAY must be message or statements")
TENANT_LIMIT_SET_CALLS = False  # tenants.schemas.backend keeps its own, stricter account
# Says what new schools receive: their modules and first rows.
SCHOOL_PLANS = "core.modules.provisioning.plans"
# Days between asking for a module's content to be destroyed and its destruction.
MODULE_PURGE_DAYS = env.integer("PREAU_PURGE_DAYS", 30)
if not 1 <= MODULE_PURGE_DAYS <= 365:
    raise ImproperlyConfigured("PREAU_PURGE_DAYS must be 1 to 365.")
# UAI of the schools that a new version reaches first; empty: one of each type.
CANARY_SCHOOLS = frozenset(word.upper() for word in env.words("PREAU_CANARY_SCHOOLS"))
# Spaces made in advance for each type of school, so that one prepared from the console opens at once.
SPARE_SCHOOLS = env.integer("PREAU_SPARE_SCHOOLS", 1)

MIDDLEWARE = [
    "tenants.schemas.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "tenants.api.middleware.ApiMiddleware",
    "tenants.schemas.middleware.HostMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "tenants.accounts.middleware.HostSchemaMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tenants.accounts.csrf.HostBoundCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.ui.middleware.ErrorMiddleware",
    "core.permissions.middleware.ViewerMiddleware",
    "core.adoption.middleware.CountMiddleware",
    "tenants.accounts.middleware.SecondFactorMiddleware",
    "tenants.accounts.middleware.OpenSessionsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# Pages for hosts that lead to no open school: unknown, preparing, suspended, quarantine, broken.
HOST_PAGES = "core.ui.errors.host_page"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' folders: core/ui dresses the pages of allauth.
        "DIRS": [BASE_DIR / "core" / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.ui.context.shell",
            ],
            "builtins": ["core.ui.templatetags.ui", "template_partials.templatetags.partials"],
        },
    }
]


# --- Database and Redis ---------------------------------------------------------------------------------
def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/preau")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "tenants.schemas.backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": options.pop("port", None) or str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": env.integer("PREAU_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,  # services open the transactions
        "TEST": {"NAME": env.text("PREAU_TEST_DB", "test_preau")},
    }


DATABASES = {"default": _database(env.text("DATABASE_URL"))}
# A connection is closed once it has stood in so many schools: PostgreSQL keeps what it learned of each one's tables
# for as long as the connection lasts.
CONN_MAX_SCHOOLS = env.integer("PREAU_CONN_MAX_SCHOOLS", 200)
if CONN_MAX_SCHOOLS < 1:
    raise ImproperlyConfigured("PREAU_CONN_MAX_SCHOOLS must be 1 or more.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "preau",
        "KEY_FUNCTION": "tenants.schemas.cache.make_key",
    }
}


def _broker(url: str) -> str:
    """Celery writes the address of a Unix socket in its own way: `unix:///x?db=1` is `redis+socket:///x?virtual_host=1`."""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', '0')}"


# --- Background work ------------------------------------------------------------------------------------
CELERY_BROKER_URL = _broker(REDIS_URL)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 1800
# Celery would close the database connection around every task; config.celery tends it as Django does.
CELERY_DB_REUSE_MAX = 10**9
# A killed worker's task is handed out again after this long; it must exceed the time limit.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "global_keyprefix": "preau:"}
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "preau"
CELERY_IMPORTS = ["tenants.schemas.archive.tasks", "tenants.schemas.jobs"]  # beside those of the apps, which are found
# Called with each event that the relay takes up, in its transaction.
OUTBOX_LISTENERS = ["core.api.webhooks.enqueue"]
# The jobs of modules are added from their manifests (core.modules.jobs).
CELERY_BEAT_SCHEDULE = {
    "schemas.refill_spares": {
        "task": "tenants.schemas.jobs.refill_spares",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 10 * 60},
    },
    "schemas.destroy_tombstones": {
        "task": "tenants.schemas.archive.tasks.destroy_tombstones",
        "schedule": timedelta(days=1),
    },
    "schemas.end_interrupted": {
        "task": "tenants.schemas.archive.tasks.end_interrupted",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 10 * 60},
    },
    "notifications.sweep": {
        "task": "core.notifications.tasks.sweep",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "notifications.survey": {
        "task": "core.notifications.tasks.survey",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 5 * 60},
    },
    "alerts.sweep": {
        "task": "tenants.alerts.tasks.sweep",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "alerts.forget": {
        "task": "tenants.alerts.tasks.forget",
        "schedule": timedelta(days=1),
    },
    "work.pulse": {
        "task": "tenants.work.tasks.pulse",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "work.forget": {
        "task": "tenants.work.tasks.forget",
        "schedule": timedelta(days=1),
    },
    "adoption.flush": {
        "task": "core.adoption.tasks.flush",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 10 * 60},
    },
    "adoption.raise_sums": {
        "task": "core.adoption.tasks.raise_sums",
        "schedule": timedelta(days=1),
    },
    "modules.purge_due": {
        "task": "core.modules.tasks.purge_due",
        "schedule": timedelta(days=1),
    },
    "transfers.expire": {
        "task": "tenants.transfers.tasks.expire",
        "schedule": timedelta(days=1),
    },
    "accounts.forget_unused": {
        "task": "tenants.accounts.tasks.forget_unused",
        "schedule": timedelta(days=1),
    },
    "policies.ensure_required": {
        "task": "tenants.policies.tasks.ensure_required",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 15 * 60},
    },
}

# --- Accounts -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["tenants.accounts.backends.AccountBackend"]
# Argon2id at OWASP's minimum (19 MiB, t=2, p=1): 86 sign-ins a second on two cores where Django's own
# parameters allow 9.
PASSWORD_HASHERS = ["tenants.accounts.hashers.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("login", "email")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
# The school's side of an account's profiles: their names, and the account that they note.
SCHOOL_PROFILES = "core.people.profiles"
# Tells a school that records are proposed to it, or what became of those that it proposed.
SCHOOL_TRANSFERS = "core.people.transfers.telling"
# Brings the region's alerts to a school, and counts there who answered.
SCHOOL_ALERTS = "core.alerts.regional"
# Invites in the school those who have not opened their account, when the region asks for it.
SCHOOL_INVITATIONS = "core.activation.bulk.invite"
# Called in the school with two people whom one account says to be; empty: they are only told of and journalled.
MERGE_PROPOSAL = ""
# Says whether the person behind a request on a school's host must have passed a second factor.
SECOND_FACTOR_REQUIRED = "core.permissions.second_factor.required"

# django-allauth, adapted by tenants.accounts to a front door and 3,200 schools.
ACCOUNT_ADAPTER = "tenants.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up: schools give accounts
ACCOUNT_FORMS = {
    "login": "tenants.accounts.forms.SignInForm",
    "add_email": "tenants.accounts.forms.NewAddressForm",
    "change_password": "tenants.accounts.forms.NewPasswordForm",
    "set_password": "tenants.accounts.forms.FirstPasswordForm",
    "reset_password": "tenants.accounts.forms.ForgottenForm",
    "reset_password_from_key": "tenants.accounts.forms.ResetForm",
    "reauthenticate": "tenants.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "tenants.accounts.tokens.HostBoundTokenGenerator"  # noqa: S105 -- a class, not a password
ACCOUNT_CHANGE_EMAIL = True  # one address, replaced once the new one is verified
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Guesses at passwords are slowed by tenants.accounts.lockout; nothing is limited by address alone, because a
# whole school shares one.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "10/5m/key",  # codes of the second factor, by account
    "reset_password": "5/h/key",
    "reset_password_from_key": None,
    "signup": None,
    "request_login_code": None,
}
MFA_ADAPTER = "tenants.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Préau"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # pupils and guardians often have no address
MFA_RATE_LIMITS = {"webauthn_login": None}  # a passkey cannot be guessed
MFA_FORMS = {
    "authenticate": "tenants.accounts.forms.CodeForm",
    "reauthenticate": "tenants.accounts.forms.ConfirmCodeForm",
    "activate_totp": "tenants.accounts.forms.ActivateApplicationForm",
    "add_webauthn": "tenants.accounts.forms.NewPasskeyForm",
    "edit_webauthn": "tenants.accounts.forms.RenamePasskeyForm",
}

SESSION_ENGINE = "tenants.schemas.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_DOMAIN = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.ui.errors.csrf_failure"
# Over plain http (the demo on localhost) browsers refuse the __Host- prefix, which demands Secure.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Browser-side security ------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only then is what a proxy writes about the client believed.
BEHIND_PROXY = HTTPS and env.flag("PREAU_BEHIND_PROXY", default=True)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *(f"{ORIGIN.scheme}://{host}" for host in
                                (f"*.{SCHOOL_DOMAIN}:*", f"{ORIGIN.hostname}:*"))],
        "frame-ancestors": [NONE],
    }
}
if LIVE_PORT:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] = [
        SELF, f"{ORIGIN.scheme}://*.{SCHOOL_DOMAIN}:{LIVE_PORT}",
    ]  # fmt: skip

# --- Files ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "core.ui.assets.BundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "core.files.storage.SchoolFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # What is sent to be imported waits here, outside of what any page serves, for a week at most.
    "imports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.directory("PREAU_IMPORTS_ROOT", DATA_DIR / "imports"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
MEDIA_ROOT = env.directory("PREAU_MEDIA_ROOT", DATA_DIR / "media")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Roles that imports give to function codes of the State, where this place sees them otherwise: "ORI=school_life"
IMPORT_ROLES = dict(word.split("=", 1) for word in env.words("PREAU_IMPORT_ROLES"))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "core.files.uploads.BoundedBody",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# One request, all its files together; a school's own limits for one file are settings of core.files.
MAX_UPLOAD_MB = env.integer("PREAU_MAX_UPLOAD_MB", 110)
# Path of `scan(file) -> str`, the name of the malware it found or ""; none is bundled.
FILE_SCANNER = env.text("PREAU_FILE_SCANNER", "")
# Where nginx serves MEDIA_ROOT internally (X-Accel-Redirect), for instance /interne/; empty: we stream.
FILES_ACCEL_PREFIX = env.text("PREAU_FILES_ACCEL_PREFIX", "")

# --- Language and time ----------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
TIME_ZONE = "Europe/Paris"
# A further file of school holidays (core/structure/holidays.py): years that the release does not hold.
SCHOOL_HOLIDAYS_FILE = env.text("PREAU_SCHOOL_HOLIDAYS", "")
USE_TZ = True

# --- E-mail ---------------------------------------------------------------------------------------------
_mail = urlsplit(env.text("EMAIL_URL", f"file://{quote(str(DATA_DIR / 'mail'))}"))
if _mail.scheme == "file":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = unquote(_mail.path)
elif _mail.scheme == "console":
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
elif _mail.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp" and bool(_mail.username)
else:
    raise ImproperlyConfigured("EMAIL_URL must begin with smtp://, smtps://, file:// or console:")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("PREAU_MAIL_FROM", f"Préau <ne-pas-repondre@{ORIGIN.hostname}>")
# The mailbox of mails that come back, whose extension (+…) says for whom they were; empty: the sender's.
MAIL_RETURNS = env.text("PREAU_MAIL_RETURNS", "")
# The mailbox of answers to messages, whose extension (+…) says to which; empty: nobody answers by e-mail.
MAIL_REPLIES = env.text("PREAU_MAIL_REPLIES", "")

# --- API ------------------------------------------------------------------------------------------------
# Requests a minute: with one token, and without a valid one from one address.
API_PER_MINUTE = env.integer("PREAU_API_PER_MINUTE", 300)
API_STRANGERS_PER_MINUTE = env.integer("PREAU_API_STRANGERS_PER_MINUTE", 60)
if API_PER_MINUTE < 1 or API_STRANGERS_PER_MINUTE < 1:
    raise ImproperlyConfigured("PREAU_API_PER_MINUTE and PREAU_API_STRANGERS_PER_MINUTE must be 1 or more.")
# Views say the rest themselves (tenants.api.views).
REST_FRAMEWORK = {"URL_FORMAT_OVERRIDE": None, "UNAUTHENTICATED_USER": None}

# --- Calls to the outside (webhooks, push services, gateways) ---------------------------------------------
# Networks inside that tenants.outbound may call nevertheless, and without https: 10.1.2.0/24.
OUTBOUND_ALLOW = env.networks("PREAU_OUTBOUND_ALLOW")

# --- Web push -------------------------------------------------------------------------------------------
# 32 bytes in base64url; empty: made once and kept as `vapid_key` in the data folder.
VAPID_PRIVATE_KEY = env.text("PREAU_VAPID_PRIVATE_KEY", "")
# The address where push services may write to whoever runs this; empty: the sender's.
PUSH_CONTACT = env.text("PREAU_PUSH_CONTACT", "")

# --- Text messages --------------------------------------------------------------------------------------
# The region's gateway; empty: no school can send any.
SMS_URL = env.text("PREAU_SMS_URL", "")
SMS_TOKEN = env.text("PREAU_SMS_TOKEN", "")
SMS_FORMAT = env.text("PREAU_SMS_FORMAT", "json")
SMS_HEADERS = env.text("PREAU_SMS_HEADERS", '{"Authorization": "Bearer {token}"}')
SMS_BODY = env.text("PREAU_SMS_BODY", '{"to": "{to}", "text": "{text}"}')
# Cents for one message, decimals allowed.
SMS_PRICE_CENTS = env.text("PREAU_SMS_PRICE_CENTS", "6")
if SMS_FORMAT not in {"json", "form"} or not SMS_PRICE_CENTS.replace(".", "", 1).isdigit():
    raise ImproperlyConfigured("PREAU_SMS_FORMAT must be json or form, PREAU_SMS_PRICE_CENTS a number such as 5.5.")

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # logins are unique whatever their case, by a constraint on Lower(login)
    "security.W003",  # HostBoundCsrfMiddleware is Django's CSRF middleware, bound to its host
]

# --- Logs and error reports -----------------------------------------------------------------------------
LOGGING = logging.settings_for(
    machine=not (DEBUG or DEMO), level=env.text("PREAU_LOG_LEVEL", "INFO").upper()
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if SENTRY_DSN := env.text("SENTRY_DSN", ""):
    observability.start(dsn=SENTRY_DSN, release=RELEASE, environment=env.text("SENTRY_ENVIRONMENT", "production"))
