"""Pictures in conversations: taken in, made harmless, kept, read."""
