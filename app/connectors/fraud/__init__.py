"""One file (or a few that share a first name) for each system that looks out for fraud."""
