"""Pages that say what went wrong."""

from __future__ import annotations

from tests.shopper.scenes.stage import SCENES, Scene, Stage, scene
from tests.shopper.tab import Tab


@scene
def page_not_found(tab: Tab, _stage: Stage) -> None:
    tab.open("/acme/exchanges/nobody-has-this/items")


@scene
def store_not_found(tab: Tab, _stage: Stage) -> None:
    tab.open("/nobody/")


def _failing(code: int) -> Scene:
    def shown(tab: Tab, _stage: Stage) -> None:
        tab.open(f"/acme/fail/{code}")

    return shown


for _code in (400, 403, 405, 409, 413, 429, 500, 503):
    SCENES[f"error_{_code}"] = _failing(_code)
