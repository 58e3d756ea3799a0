from django.apps import apps
from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    default_site = "helpdesk.admin_site.Site"

    def ready(self) -> None:
        super().ready()
        apps.get_app_config("auth").verbose_name = "People"
