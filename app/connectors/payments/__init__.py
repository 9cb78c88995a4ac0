"""One file (or a few that share a first name) for each payment provider."""
