"""People of the console: making them, proving who they are, and where they are signed in."""
