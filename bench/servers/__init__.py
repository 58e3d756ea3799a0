"""The servers under load, each with what it needs, on ports of its own."""
