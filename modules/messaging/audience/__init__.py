"""Whom a message is addressed to, who may address whom, and the people behind an address."""
