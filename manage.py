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
    execute_from_command_line(sys.argv)
