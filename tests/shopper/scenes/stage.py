"""What a scene is played on, and the list that scenes enter themselves into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.cli.worker import dispatcher_of
from app.services.dispatching import send_all_due
from tests.shopper.platform import Platform
from tests.shopper.shop import Shop
from tests.shopper.tab import Tab


@dataclass(frozen=True)
class Stage:
    """The shop and its platform, for scenes that need more than a tab."""

    shop: Shop
    platform: Platform

    def send(self) -> None:
        """Do what the worker would do now."""
        with self.shop.app.app_context():
            send_all_due(dispatcher_of(self.shop.app))


Scene = Callable[[Tab, Stage], None]
SCENES: dict[str, Scene] = {}


def scene(shown: Scene) -> Scene:
    """Enter a function into the list under its name."""
    SCENES[shown.__name__] = shown
    return shown
