"""Payment providers: their connectors, and strangers to talk to."""
