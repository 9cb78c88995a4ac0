"""What an agent does at an exchange: each a POST, safe to press twice, refused in place with its reason."""

from __future__ import annotations

from functools import partial

from flask import current_app, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.letter import MailKind
from app.queries.console_exchange import dispatches_of
from app.services import agent_decisions, cancelling_placed, desk_cancelling, desk_work, dispatch_recovery
from app.services.agent_decisions import Decision
from app.services.cancelling_placed import TakingBack
from app.services.collecting_later import mark_collected
from app.services.connector_settings import Connections
from app.services.desk_work import LONGEST_NOTE
from app.services.mailing_again import AGAIN, send_again
from app.services.platform_reading import Reader
from app.services.settling_flags import Settling, settle_flag
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.doing import LONGEST, done
from app.web.console.exchanges import Typed, page, required
from app.web.console.typed_text import typed_count, typed_text, wrong_text

LONGEST_NUMBER = 255


@blueprint.post("/exchanges/<reference>/approve")
def approve(reference: str) -> AnyResponse:
    """Let it be placed as the shopper confirmed it."""
    row = required(reference)
    reason = typed_text("approve-reason")
    errors = wrong_text("approve-reason", reason, "Say why, for your colleagues.", LONGEST)
    decision = Decision(desk.actor(), reason, person=desk.person())
    offered = row.state is Status.IN_REVIEW
    return done(row, errors, lambda: agent_decisions.approve(row.id, decision, now()), offered)


@blueprint.post("/exchanges/<reference>/decline")
def decline(reference: str) -> AnyResponse:
    """End it, with words for the shopper."""
    row = required(reference)
    reason, words = typed_text("decline-reason"), typed_text("decline-words")
    errors = [
        *wrong_text("decline-reason", reason, "Say why, for your colleagues.", LONGEST),
        *wrong_text("decline-words", words, "Say it to the shopper in a sentence.", LONGEST),
    ]
    decision = Decision(desk.actor(), reason, words)
    offered = row.state is Status.IN_REVIEW
    return done(row, errors, lambda: agent_decisions.decline(row.id, decision, now()), offered)


@blueprint.post("/exchanges/<reference>/retry")
def retry(reference: str) -> AnyResponse:
    """Send again what could not get through."""
    row, reason = required(reference), typed_text("retry-reason")
    errors = wrong_text("retry-reason", reason, "Say what you have found out.", LONGEST)
    decision = Decision(desk.actor(), reason)
    connections: Connections = current_app.extensions["evenly.connections"]
    offered = dispatch_recovery.may_retry(row, dispatches_of(row.id), now())
    return done(row, errors, lambda: dispatch_recovery.retry(connections, row.id, decision, now()), offered)


@blueprint.post("/exchanges/<reference>/placed")
def placed(reference: str) -> AnyResponse:
    """The shop has it, under this number, as somebody saw there."""
    row, number, reason = required(reference), typed_text("placed-number"), typed_text("placed-reason")
    errors = [
        *wrong_text("placed-number", number, "Enter the number as it stands at the shop.", LONGEST_NUMBER),
        *wrong_text("placed-reason", reason, "Say where you have seen it.", LONGEST),
    ]
    decision = Decision(desk.actor(), reason)
    offered = dispatch_recovery.may_mark_placed(row, dispatches_of(row.id))
    return done(row, errors, lambda: dispatch_recovery.mark_placed(row.id, number, decision, now()), offered)


@blueprint.post("/exchanges/<reference>/flags/<int:flag_id>")
def settle(reference: str, flag_id: int) -> AnyResponse:
    """What was flagged is settled, for a reason."""
    row, name = required(reference), f"settle-{flag_id}"
    how, reason = request.form.get("how", ""), typed_text(name)
    if how not in tuple(Settling):
        return page(reference, Typed(problem="Say what becomes of it."), 422)
    errors = wrong_text(name, reason, "Say how it was settled, for your colleagues.", LONGEST)
    decision = Decision(desk.actor(), reason, person=desk.person())
    offered = any(flag.id == flag_id for flag in row.open_flags)
    return done(row, errors, lambda: settle_flag(row.id, flag_id, Settling(how), decision, now()), offered)


@blueprint.post("/exchanges/<reference>/cancel")
def cancel(reference: str) -> AnyResponse:
    """Cancel it, however late, as long as nobody has begun to send it."""
    row, reason = required(reference), typed_text("cancel-reason")
    errors = wrong_text("cancel-reason", reason, "Say why, for your colleagues.", LONGEST)
    decision = Decision(desk.actor(), reason)
    offered = desk_cancelling.may_cancel(row, dispatches_of(row.id))
    return done(row, errors, lambda: desk_cancelling.cancel(row.id, decision, now()), offered)


@blueprint.post("/exchanges/<reference>/not-there")
def not_there(reference: str) -> AnyResponse:
    """The shop has nothing of it, as somebody saw there: it ends."""
    row, reason = required(reference), typed_text("not-there-reason")
    errors = wrong_text("not-there-reason", reason, "Say what you have seen there.", LONGEST)
    decision = Decision(desk.actor(), reason)
    reader: Reader = current_app.extensions["evenly.reader"]
    offered = desk_cancelling.may_end(row, dispatches_of(row.id))
    end = partial(desk_cancelling.end_not_there, reader, row.id, decision, now())
    return done(row, errors, end, offered)


@blueprint.post("/exchanges/<reference>/take-back")
def take_back(reference: str) -> AnyResponse:
    """Cancel what was placed: the shop's system is asked to, or somebody has done it there by hand."""
    row, reason = required(reference), typed_text("take-back-reason")
    errors = wrong_text("take-back-reason", reason, "Say why, for your colleagues.", LONGEST)
    decision = Decision(desk.actor(), reason, person=desk.person())
    connections: Connections = current_app.extensions["evenly.connections"]
    how = cancelling_placed.offered(row, dispatches_of(row.id))
    if how is TakingBack.BY_HAND:
        return done(row, errors, lambda: cancelling_placed.cancelled_by_hand(row.id, decision, now()))
    cancel = partial(cancelling_placed.cancel_placed, connections, row.id, decision, now())
    return done(row, errors, cancel, how is TakingBack.ASKED)


@blueprint.post("/exchanges/<reference>/collected")
def collected(reference: str) -> AnyResponse:
    """What the shopper owed was collected by the shop's own means."""
    row, reason = required(reference), typed_text("collected-reason")
    errors = wrong_text("collected-reason", reason, "Say how it was collected, for your colleagues.", LONGEST)
    decision = Decision(desk.actor(), reason, person=desk.person())
    return done(row, errors, lambda: mark_collected(row.id, decision, now()))


@blueprint.post("/exchanges/<reference>/note")
def note(reference: str) -> AnyResponse:
    """A note for colleagues."""
    row, text, nonce = required(reference), typed_text("note"), request.form.get("nonce", "")[:64]
    errors = wrong_text("note", text, "Write something first.", LONGEST_NOTE)
    agent_id = desk.agent().agent_id
    return done(row, errors, lambda: desk_work.add_note(row.id, agent_id, text, nonce, now()))


@blueprint.post("/exchanges/<reference>/mail")
def send_mail_again(reference: str) -> AnyResponse:
    """The shopper says that a mail never came."""
    row, kind = required(reference), request.form.get("kind", "")
    if kind not in tuple(AGAIN):
        return page(reference, Typed(problem="Say which mail to send again."), 422)
    seen = typed_count("seen")
    return done(row, [], lambda: send_again(row.id, MailKind(kind), desk.actor(), now(), seen=seen))


@blueprint.post("/exchanges/<reference>/claim")
def claim(reference: str) -> AnyResponse:
    """Tell colleagues that one works on it."""
    row, agent_id = required(reference), desk.agent().agent_id
    return done(row, [], lambda: desk_work.claim(row.id, agent_id, now()))


@blueprint.post("/exchanges/<reference>/release")
def release(reference: str) -> AnyResponse:
    """Stop working on it; a lead may do that for a colleague."""
    row, agent_id, lead = required(reference), desk.agent().agent_id, desk.is_lead()
    return done(row, [], lambda: desk_work.release(row.id, agent_id, now(), anybodys=lead))
