"""The phones with which officers scan: enrolled by a code, known by a key of their own, revoked when lost."""
