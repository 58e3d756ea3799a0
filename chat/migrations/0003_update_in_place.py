from django.db import migrations


def leave_room(apps, schema_editor):
    """Room on each page for the next version of its rows: see Conversation."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE chat_conversation SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_agents_group")]
    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
