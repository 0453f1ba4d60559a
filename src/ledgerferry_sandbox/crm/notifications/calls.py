"""POST, PUT, PATCH, GET and DELETE /actions/watch."""

from collections.abc import Callable

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.notifications.channels import Channel, event, living, resource, row, shelf
from ledgerferry_sandbox.crm.notifications.reading import Reader
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.exchange import Row

MOST_ON_PAGE = 200
ENABLED = "Successfully subscribed for actions-watch of the given module"
UPDATED = "Successfully updated the subscribe details"
REMOVED = "Successfully removed the subscribe details"
ENDED = "Successfully un-subscribed from actions-watch"
Step = Callable[[Cabinet, Row, str], Row]


def enable(cabinet: Cabinet, call: Call) -> Reply:
    """Makes channels."""
    return _each(cabinet, call, _enabled, 201)


def replace(cabinet: Cabinet, call: Call) -> Reply:
    """Puts new details in place of all that channels had."""
    return _each(cabinet, call, _replaced, 200)


def change(cabinet: Cabinet, call: Call) -> Reply:
    """Changes some details, adds events, or with `_delete_events` takes some away."""
    return _each(cabinet, call, _changed, 200)


def index(cabinet: Cabinet, call: Call) -> Reply:
    """The living channels, module by module; 204 without any."""
    number, module = call.get("channel_id"), call.get("module")
    rows = [
        row(cabinet, channel, name)
        for channel in living(cabinet)
        if number in ("", channel.channel_id)
        for name in channel.modules
        if module in ("", name)
    ]
    page, per_page = call.count("page", 1, 10_000), call.count("per_page", MOST_ON_PAGE, MOST_ON_PAGE)
    shown = rows[(page - 1) * per_page : page * per_page]
    if not shown:
        return NOTHING
    more = len(rows) > page * per_page
    info = {"per_page": per_page, "count": len(shown), "page": page, "more_records": more}
    return Reply({"watch": shown, "info": info})


def disable(cabinet: Cabinet, call: Call) -> Reply:
    """Ends channels."""
    answers = [_disabled(cabinet, number) for number in call.several("channel_ids")]
    return _reply(cabinet, answers, 200)


def _each(cabinet: Cabinet, call: Call, step: Step, status: int) -> Reply:
    answers = []
    for place, given in enumerate(call.rows("watch")):
        try:
            answers.append(step(cabinet, given, f"$.watch[{place}]"))
        except Refusal as refusal:
            answers.append(refusal.row())
    return _reply(cabinet, answers, status)


def _reply(cabinet: Cabinet, answers: list[Row], status: int) -> Reply:
    """An error comes with 202 beside its fellows, or alone with 400."""
    failed = next((answer for answer in answers if answer["status"] == "error"), None)
    if failed is None:
        return Reply({"watch": answers}, status)
    if cabinet.switches.at("watch_error_status") == "400":
        return Reply(failed, 400)
    return Reply({"watch": answers}, 202)


def _enabled(cabinet: Cabinet, given: Row, path: str) -> Row:
    channel = shelf(cabinet).put(Reader(cabinet, given, path).channel())
    return _done(cabinet, channel, ENABLED)


def _replaced(cabinet: Cabinet, given: Row, path: str) -> Row:
    reader = Reader(cabinet, given, path)
    _living(cabinet, reader.channel_id())
    return _done(cabinet, shelf(cabinet).put(reader.channel()), UPDATED)


def _changed(cabinet: Cabinet, given: Row, path: str) -> Row:
    reader = Reader(cabinet, given, path)
    former = _living(cabinet, reader.channel_id())
    if given.get("_delete_events") is not True:
        return _done(cabinet, shelf(cabinet).put(reader.changed(former)), UPDATED)
    gone = reader.events()
    kept = tuple(each for each in former.events if each not in gone)
    done = _done(cabinet, former.model_copy(update={"events": gone}), REMOVED)
    if kept:
        shelf(cabinet).put(former.model_copy(update={"events": kept}))
    else:
        shelf(cabinet).drop(former.channel_id)
    return done


def _disabled(cabinet: Cabinet, number: str) -> Row:
    try:
        channel = _living(cabinet, number)
    except Refusal as refusal:
        return refusal.row()
    shelf(cabinet).drop(number)
    details = {**resource(cabinet, channel.modules[0]), "channel_id": number}
    return {"code": "SUCCESS", "details": details, "message": ENDED, "status": "success"}


def _living(cabinet: Cabinet, number: str) -> Channel:
    channel = shelf(cabinet).get(number)
    if channel is None or channel.expires <= cabinet.desk.clock.now():
        raise Refusal("NOT_SUBSCRIBED", "Not subscribed for actions-watch", {"channel_id": number})
    return channel


def _done(cabinet: Cabinet, channel: Channel, message: str) -> Row:
    events = [event(cabinet, channel, module) for module in channel.modules]
    return {"code": "SUCCESS", "details": {"events": events}, "message": message, "status": "success"}


WATCH = "v8/actions/watch"
ROUTES = (
    Route("POST", WATCH, enable, "ZohoCRM.notifications.CREATE|ZohoCRM.notifications.WRITE"),
    Route("PUT", WATCH, replace, "ZohoCRM.notifications.UPDATE|ZohoCRM.notifications.WRITE"),
    Route("PATCH", WATCH, change, "ZohoCRM.notifications.UPDATE|ZohoCRM.notifications.WRITE"),
    Route("GET", WATCH, index, "ZohoCRM.notifications.READ"),
    Route("DELETE", WATCH, disable, "ZohoCRM.notifications.DELETE|ZohoCRM.notifications.WRITE"),
)
