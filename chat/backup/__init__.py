"""A desk in one file: its database, its media, its secret; and a desk out of one.

The file is a tar archive, its first member `manifest.json`. Used by manage.py backup and restore.
"""

from chat.backup.reading import restore
from chat.backup.writing import backup, save_database

__all__ = ["backup", "restore", "save_database"]
