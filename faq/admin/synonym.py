from __future__ import annotations

from django import forms
from django.contrib import admin

from faq.models import Synonym


class SynonymForm(forms.ModelForm):
    class Meta:
        model = Synonym
        fields = ["said", "meant"]
        error_messages = {
            "said": {"unique": "The FAQ has another word for this already: change that synonym."}
        }


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    form = SynonymForm
    list_display = ["said", "meant"]
    search_fields = ["said", "meant"]
