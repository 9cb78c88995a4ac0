"""The WSGI entry: `flask --app wsgi …` and any server start here."""

from app import create_app

app = create_app()
