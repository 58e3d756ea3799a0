from __future__ import annotations

from django.contrib import admin

from faq.models import Synonym


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    list_display = ["said", "meant"]
    search_fields = ["said", "meant"]
