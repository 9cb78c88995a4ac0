"""Platforms that place exchange orders, one family of files a platform."""
