"""Screen 5 in a browser: paying at the provider, and what is said about it."""
