#!/usr/bin/env python
import os
import sys
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from chat import counting

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    if sys.argv[1:2] in (["serve"], ["runbot"]):
        with suppress(ImproperlyConfigured):  # the command says it
            counting.together()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A setting that is wrong, and no mistake of the code's: its line says what it must be.
        if not str(error).startswith("HELPDESK_"):
            raise
        sys.exit(f"ImproperlyConfigured: {error}")
