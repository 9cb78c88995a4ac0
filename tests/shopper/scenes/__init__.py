"""Every screen in every state that a shopper can meet, by name: how to get there with any tab.

The HTML checks, the accessibility checks and the pictures all walk through `SCENES`. Nothing is sent
to the platform unless a scene says so (`Stage.send`), so no worker may run meanwhile.
"""

from __future__ import annotations

from tests.shopper.scenes import afterwards, choosing, confirming, finding, gifts, paying, trouble
from tests.shopper.scenes.stage import SCENES, Scene, Stage

__all__ = [
    "SCENES",
    "Scene",
    "Stage",
    "afterwards",
    "choosing",
    "confirming",
    "finding",
    "gifts",
    "paying",
    "trouble",
]
