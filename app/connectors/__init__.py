"""Code for outside systems: each builds requests and reads answers; one client sends them all."""
