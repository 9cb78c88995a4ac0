"""A passkey in Chromium, with a device that its developer tools pretend: added, used, removed; and none of it
where there is no script or the portal has no name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import CDPSession, expect

from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.layout import assert_fits_the_window
from tests.e2e.portal import served
from tests.e2e.test_console import hire, judge, sign_in
from tests.shopper.tab import heading

NewTab = Callable[..., ChromiumTab]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def address(portal: Portal) -> Iterator[str]:
    """The portal under a name; browsers make no passkeys for an IP address."""
    app = portal.shop.app
    before = app.extensions["evenly.settings"]
    with served(app) as port:
        app.extensions["evenly.settings"] = replace(before, public_url=f"http://localhost:{port}")
        yield f"http://localhost:{port}"
        app.extensions["evenly.settings"] = before


def device_of(tab: ChromiumTab) -> tuple[CDPSession, str]:
    """A device that says yes at once, and knows its owner."""
    tools = tab.page.context.new_cdp_session(tab.page)
    tools.send("WebAuthn.enable")
    added = tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return tools, added["authenticatorId"]


def test_a_passkey_is_added_signs_in_and_is_removed(portal: Portal, address: str, new_tab: NewTab) -> None:
    tab = new_tab(base_url=address)
    tools, device = device_of(tab)
    sign_in(tab, *hire(portal))
    tab.open("/console/account")
    expect(tab.page.locator("#no-passkeys")).to_be_hidden()
    tab.fill("Name", "Work laptop with a name that is rather too long for one line of it")
    tab.press("Add a passkey")
    expect(tab.page.locator("#passkeys")).to_contain_text("Work laptop")
    judge(tab.page)
    with tab.next_page():
        tab.page.locator("#sign-out").click()
    expect(tab.button("Sign in with a passkey")).to_be_visible()
    judge(tab.page)

    # The device does not know who holds it: nothing is sent, and the page says so.
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    tab.button("Sign in with a passkey").click()
    expect(tab.page.get_by_role("alert")).to_contain_text("The passkey was not used.")
    assert_fits_the_window(tab.page)
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    tab.press("Sign in with a passkey")
    assert heading(tab) == "Waiting for a person"

    tab.open("/console/account")
    tab.page.get_by_role("button", name="Remove Work laptop").click()
    expect(tab.page.locator("#passkeys")).to_have_count(0)
    with tab.next_page():
        tab.page.locator("#sign-out").click()
    tab.press("Sign in with a passkey")
    expect(tab.page.locator("#errors")).to_contain_text("We could not sign you in with that passkey.")
    tab.assert_quiet()


@pytest.mark.parametrize("why", ["no script", "another address"])
def test_what_cannot_be_done_is_not_offered(portal: Portal, address: str, new_tab: NewTab, why: str) -> None:
    script = why != "no script"
    tab = new_tab(base_url=address if not script else portal.url, java_script_enabled=script)
    tab.open("/console/sign-in")
    expect(tab.page.locator("#passkey")).to_be_hidden()
    sign_in(tab, *hire(portal))
    tab.open("/console/account")
    expect(tab.page.locator("#add-passkey")).to_be_hidden()
    expect(tab.page.locator("#no-passkeys")).to_be_visible()
    tab.assert_quiet()
