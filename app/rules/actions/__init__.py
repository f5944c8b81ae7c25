"""Verbs of travel rules: draft, propose, publish, and exempt from one."""
