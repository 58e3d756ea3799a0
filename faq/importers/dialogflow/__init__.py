"""Taking over a Dialogflow ES agent from its export: `import_agent(path) -> Report`."""

from faq.importers.dialogflow.loading import import_agent
from faq.importers.dialogflow.writing import Report

__all__ = ["Report", "import_agent"]
