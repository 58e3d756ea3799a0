"""The naive chat, as the Channels tutorial leads to it, in front of PostgreSQL and Redis."""

import environ

environment = environ.Env()

SECRET_KEY = "only for a benchmark on the loopback address"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["daphne", "channels", "naive"]
ASGI_APPLICATION = "naive.asgi.application"
ROOT_URLCONF = "naive.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": environment.db("NAIVE_DATABASE_URL")}
# In its favour: Django's default of 0 opens a new connection for every message.
DATABASES["default"]["CONN_MAX_AGE"] = 60
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": environment.str("NAIVE_REDIS_URL"),
                    "max_connections": 2000,
                }
            ],
        },
    }
}
