"""The sandbox platform: the outside world that the portal talks to in the demo and in tests.

What is here: a small web app of its own that answers as a merchant's systems would, writes every request
down, and misbehaves when told to. What is not: anything of the portal. No module here imports from `app`
outside `app.sandbox`, and the validation is written anew from the source documents, so that the portal meets
a stranger.
"""

from app.sandbox.wsgi import Sandbox, create_sandbox

__all__ = ["Sandbox", "create_sandbox"]
