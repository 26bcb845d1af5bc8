"""Migrations of process instances as the real server carries them out."""
