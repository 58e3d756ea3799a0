import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naive.settings")
pages = get_asgi_application()

from naive.consumers import ChatConsumer  # noqa: E402  (its models need Django set up)

sockets = URLRouter([path("chat/<str:conversation>/<str:sender>/", ChatConsumer.as_asgi())])
application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
