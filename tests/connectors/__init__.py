"""Connectors against stored payloads, and the HTTP client against a server that misbehaves."""
