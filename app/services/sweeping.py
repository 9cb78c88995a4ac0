"""What is done now and then: what has expired is cleared away, who forgot their parcel is reminded.

Orders, exchanges and their evidence are kept; how long is not decided here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.models import BrowserSession, ThrottleTry, db, writing
from app.services.awaiting import expire_unpaid
from app.services.completing import complete_where_due
from app.services.crashpoints import crashpoint
from app.services.draft_expiry import expire_drafts
from app.services.gift_cards import issue_everywhere
from app.services.holds import sweep_holds
from app.services.overdue_returns import chase_returns
from app.services.pay_reminders import remind_to_pay
from app.services.return_reminders import remind
from app.services.watching import watch_placed


def sweep(now: datetime) -> None:
    """Delete what expired before now, with the access that a session had; end stale drafts and what was not
    paid in time; remind, chase what is overdue, complete what is through, have what is placed looked at, and
    give owed cards.
    """
    with writing():
        db.session.execute(delete(BrowserSession).where(BrowserSession.expires_at < now))
        db.session.execute(delete(ThrottleTry).where(ThrottleTry.free_at < now))
        sweep_holds(now)
    crashpoint("mid-sweep")
    expire_drafts(now)
    expire_unpaid(now)
    remind(now)
    remind_to_pay(now)
    chase_returns(now)
    complete_where_due(now)
    watch_placed(now)
    issue_everywhere(now)
