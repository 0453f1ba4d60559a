"""Records: written in batches with a receipt for each, read by id, by list, by search."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from ledgerferry.model.outcome import Busy, CallError, InDoubt, LoginNeeded, Refused, Unsent
from ledgerferry.model.ports import Journal
from ledgerferry.systems.crm import prices
from ledgerferry.systems.crm.calls import V8, Calls, fields
from ledgerferry.systems.crm.errors import results
from ledgerferry.systems.zoho.fields import Fields, Row, ident, member, members, moment, text
from ledgerferry.wire.message import Pairs, Reply

PAGE: Final = 200  # F67
_MOST_FIELDS: Final = 50  # F67
_MOST_PAGES: Final = 10  # 2,000 records by page (F67), and by search (F68)
# No workflow, approval or blueprint runs, so no message leaves by accident (F57).
_SILENT: Final = ()


@dataclass(frozen=True, slots=True)
class RecordReceipt:
    """Proof that CRM holds a record as written. ``at`` is the system's time of the answer.

    ``action`` is insert, update or delete; ``matched`` the field by which an upsert found the record.
    """

    id: str
    action: str
    at: datetime
    created: datetime | None = None
    modified: datetime | None = None
    matched: str | None = None
    request: str = ""


Result = RecordReceipt | CallError
Results = list[Result]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Deleted:
    """A record that is gone (F70): ``type`` is recycle or permanent."""

    id: str
    type: str
    name: str
    at: datetime | None


class Records:
    """The records of one module.

    Writes of any number go out in calls of a hundred (F57) and give one result for each record, in their
    order: its receipt, or the error that ended it. They raise only where nothing at all was done. Workflows
    stay quiet unless ``trigger`` names them.
    """

    def __init__(self, calls: Calls, module: str) -> None:
        self.module = module
        self._calls = calls
        self._path = f"{V8}/{module}"

    def insert(
        self, rows: Sequence[Row], *, trigger: Sequence[str] = _SILENT, journal: Journal | None = None
    ) -> Results:
        """New records. A unique field's taken value is that record's ``Taken``."""
        return self._batches(rows, lambda part: self._put("POST", self._path, part, {}, trigger, (), journal))

    def update(
        self,
        rows: Sequence[Row],
        *,
        trigger: Sequence[str] = _SILENT,
        unless_since: datetime | None = None,
        journal: Journal | None = None,
    ) -> Results:
        """Records changed, each named by its ``id``; ``Stale`` where one moved after ``unless_since``."""
        lock = _unless(unless_since)
        return self._batches(
            rows, lambda part: self._put("PUT", self._path, part, {}, trigger, lock, journal)
        )

    def upsert(
        self,
        rows: Sequence[Row],
        *,
        by: Sequence[str] = (),
        trigger: Sequence[str] = _SILENT,
        unless_since: datetime | None = None,
        journal: Journal | None = None,
    ) -> Results:
        """Records new or changed, matched by the fields ``by``.

        Without them CRM matches by fields of its own, which merges namesakes (F63).
        """
        checks = {"duplicate_check_fields": list(by)} if by else {}
        path, lock = f"{self._path}/upsert", _unless(unless_since)
        return self._batches(rows, lambda part: self._put("POST", path, part, checks, trigger, lock, journal))

    def delete(
        self, ids: Sequence[str], *, workflows: bool = False, journal: Journal | None = None
    ) -> Results:
        """Records moved to the recycle bin (F62)."""

        def put(part: Sequence[str]) -> Reply:
            query = {"ids": ",".join(part), "wf_trigger": "true" if workflows else "false"}
            return self._calls.write(
                "DELETE", self._path, None, journal, query=query, subject=self._about(part)
            )

        return self._batches(ids, put, action="delete")

    def get(self, record: str, *, fields_wanted: Sequence[str] = ()) -> Fields | None:
        """One record in full; None where it is gone."""
        query = {"fields": ",".join(fields_wanted)} if fields_wanted else {}
        return self._one(self._calls.read(f"{self._path}/{record}", query, subject=f"{self.module} {record}"))

    def get_if_modified(self, record: str, since: datetime) -> Fields | None:
        """One record in full, or None where it did not change after that moment (F61)."""
        reply = self._calls.read(
            f"{self._path}/{record}", headers=_modified(since), subject=f"{self.module} {record}"
        )
        return self._one(reply)

    def list(
        self,
        names: Sequence[str],
        *,
        modified_since: datetime | None = None,
        order: str | None = None,
        descending: bool = False,
        view: str | None = None,
        ids: Sequence[str] = (),
    ) -> Iterator[Fields]:
        """Every record, 200 a call, beyond 2,000 by page tokens (F67).

        ``order`` is id, Created_Time or Modified_Time; ``view`` a custom view's id, which costs three
        credits a call. Raises ``Refused`` for more than 50 fields.
        """
        if not names or len(names) > _MOST_FIELDS:
            raise Refused(f"a list shows 1 to {_MOST_FIELDS} fields, not {len(names)}", subject=self.module)
        query = {"fields": ",".join(names), "per_page": str(PAGE)}
        if order:
            query |= {"sort_by": order, "sort_order": "desc" if descending else "asc"}
        query |= {"cvid": view} if view else {}
        query |= {"ids": ",".join(ids)} if ids else {}
        headers = _modified(modified_since) if modified_since else ()
        price = prices.listing(view=bool(view), ordered=bool(order))
        return self._paged(self._path, query, headers, price)

    def search(
        self,
        *,
        criteria: str = "",
        email: str = "",
        phone: str = "",
        word: str = "",
        names: Sequence[str] = (),
    ) -> Iterator[Fields]:
        """Records by exactly one of criteria, e-mail, phone or word, 2,000 at most (F68).

        The index lags behind writes, and ``equals`` on text finds what contains it: prove what is found.
        """
        given = {"criteria": criteria, "email": email, "phone": phone, "word": word}
        query = {name: value for name, value in given.items() if value}
        if len(query) != 1:
            raise Refused(
                "a search takes exactly one of criteria, email, phone and word", subject=self.module
            )
        query |= {"fields": ",".join(names)} if names else {}
        return self._paged(f"{self._path}/search", query | {"per_page": str(PAGE)}, (), prices.ONE)

    def deleted(self, *, since: datetime | None = None, kind: str = "all") -> Iterator[Deleted]:
        """What was deleted, of kind all, recycle or permanent (F70), after a moment."""
        headers = _modified(since) if since else ()
        for row in self._paged(
            f"{self._path}/deleted", {"type": kind, "per_page": str(PAGE)}, headers, prices.ONE
        ):
            yield Deleted(
                ident(row, "id"), ident(row, "type"), ident(row, "display_name"), moment(row, "deleted_time")
            )

    def count(self) -> int:
        """How many records there are; costs 50 credits."""
        found = fields(self._calls.read(f"{self._path}/actions/count", price=prices.COUNT)).get("count")
        return found if isinstance(found, int) else 0

    def _put(
        self,
        method: str,
        path: str,
        part: Sequence[Row],
        more: Row,
        trigger: Sequence[str],
        headers: Pairs,
        journal: Journal | None,
    ) -> Reply:
        body = {"data": list(part), "trigger": list(trigger), **more}
        return self._calls.write(
            method,
            path,
            body,
            journal,
            headers=headers,
            price=prices.write(len(part)),
            subject=self._about(part),
        )

    def _about(self, part: Sequence[object]) -> str:
        return f"{len(part)} {self.module}"

    def _batches(self, rows: Sequence[_T], put: Callable[[Sequence[_T]], Reply], action: str = "") -> Results:
        done: Results = []
        for start in range(0, len(rows), prices.PER_CALL):
            part = rows[start : start + prices.PER_CALL]
            try:
                done += self._results(put(part), len(part), action)
            except (Busy, LoginNeeded, Unsent) as error:
                if not done:
                    raise
                return done + [error] * (len(rows) - start)
            except CallError as error:
                done += [error] * len(part)
        return done

    def _results(self, reply: Reply, expected: int, action: str) -> Results:
        """One result for each record; records that the answer leaves out are in doubt."""
        rows = results(fields(reply))
        if len(rows) > expected:
            rows = []
        missing = InDoubt(
            f"the answer tells of {len(rows)} of {expected} records",
            system=self._calls.client.system,
            subject=self.module,
            request=reply.request,
        )
        return [self._result(row, reply, action) for row in rows] + [missing] * (expected - len(rows))

    def _result(self, row: Row, reply: Reply, action: str) -> Result:
        if row.get("status") != "success":
            return self._calls.error(row, reply, self.module)
        details = member(row, "details")
        done = action or text(row, "action") or ("insert" if "added" in ident(row, "message") else "update")
        return RecordReceipt(
            id=ident(details, "id"),
            action=done,
            at=reply.date or self._calls.client.now(),
            created=moment(details, "Created_Time"),
            modified=moment(details, "Modified_Time"),
            matched=text(row, "duplicate_field"),
            request=reply.request,
        )

    def _one(self, reply: Reply) -> Fields | None:
        found = members(fields(reply), "data")
        return Fields(found[0]) if found else None

    def _paged(
        self, path: str, query: Mapping[str, str], headers: Pairs, price: prices.Price
    ) -> Iterator[Fields]:
        place, page = {"page": "1"}, 1
        while True:
            body = fields(self._calls.read(path, {**query, **place}, headers=headers, price=price))
            for row in members(body, "data"):
                yield Fields(row)
            info = member(body, "info")
            if info.get("more_records") is not True:
                return
            token, page = text(info, "next_page_token"), page + 1
            if token is None and page > _MOST_PAGES:
                raise Refused(
                    "CRM lists no more than 2,000 records here; narrow it, or read in bulk",
                    subject=self.module,
                )
            place = {"page_token": token} if token else {"page": str(page)}


def stamp(moment_given: datetime) -> str:
    """A moment as CRM's headers take it."""
    return moment_given.astimezone(UTC).isoformat(timespec="seconds")


def _modified(since: datetime) -> Pairs:
    return (("If-Modified-Since", stamp(since)),)


def _unless(since: datetime | None) -> Pairs:
    return (("If-Unmodified-Since", stamp(since)),) if since else ()
