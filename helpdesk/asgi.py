import os

from django.core.asgi import get_asgi_application

from chat import counting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
counting.together()
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from chat.device_port import DevicePort  # noqa: E402
from chat.images import uploading  # noqa: E402  (after the apps)
from chat.origins import OwnOrigin  # noqa: E402
from chat.routing import websocket_urlpatterns  # noqa: E402
from chat.services import WithServices  # noqa: E402
from helpdesk.uploads import WithUploadLimit  # noqa: E402

application = WithServices(
    DevicePort(
        ProtocolTypeRouter(
            {
                "http": WithUploadLimit(
                    django_application, uploading.largest(), uploading.too_large().detail
                ),
                "websocket": OwnOrigin(URLRouter(websocket_urlpatterns)),
            }
        )
    )
)
