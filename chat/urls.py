from django.urls import path, re_path

from chat.access import LABEL
from chat.views import (
    agent_api,
    announcements_api,
    customer,
    dashboard,
    devices,
    health,
    images,
    members,
    metrics,
    returning,
)

urlpatterns = [
    path("", customer.home, name="home"),
    re_path(rf"^chat/(?P<label>{LABEL})/$", customer.chat, name="chat"),
    path("return/<str:token>/", returning.come_back, name="return"),
    path("agent/dashboard/", dashboard.dashboard, name="dashboard"),
    path("agent/announcements/", dashboard.announcements, name="announcements"),
    path("agent/devices/", devices.devices, name="devices"),
    path("agent/devices/<int:pk>/<str:deed>/", devices.deed, name="device_deed"),
    path("agent/chat/<str:conversation>/", dashboard.dashboard, name="agent_chat"),
    path("conversations/", members.conversations, name="conversations"),
    path("conversations/<str:conversation>/", members.conversations, name="shared_conversation"),
    path("api/member/token/", members.token, name="api_member_token"),
    path("api/conversation/<str:customer_id>/", customer.conversation, name="api_conversation"),
    path("api/conversation/<str:customer_id>/images/", images.upload, name="api_upload"),
    path(
        "api/agent/conversation/<str:customer_id>/images/",
        images.agent_upload,
        name="api_agent_upload",
    ),
    re_path(r"^api/agent/images/(?P<key>[0-9a-f]{32})/$", images.text, name="api_image_text"),
    re_path(r"^images/(?P<key>[0-9a-f]{32})/$", images.picture, name="image"),
    re_path(r"^images/(?P<key>[0-9a-f]{32})/(?P<size>small)/$", images.picture),
    path("api/agent/dashboard/", agent_api.conversations, name="api_dashboard"),
    path("api/agent/takeover/<str:customer_id>/", agent_api.take_over, name="api_takeover"),
    path("api/agent/handback/<str:customer_id>/", agent_api.hand_back, name="api_handback"),
    path("api/agent/resolve/<str:customer_id>/", agent_api.resolve, name="api_resolve"),
    path("api/agent/transfer/<str:customer_id>/", agent_api.transfer, name="api_transfer"),
    path("api/announcements/", announcements_api.announcements_view, name="api_announcements"),
    path(
        "api/announcements/<str:public_id>/",
        announcements_api.announcement,
        name="api_announcement",
    ),
    path(
        "api/announcements/<str:public_id>/withdraw/",
        announcements_api.withdraw,
        name="api_withdraw",
    ),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
]
