"""The load generator: light enough to share two cores with the server it measures."""
