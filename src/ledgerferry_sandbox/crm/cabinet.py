"""The organisation's CRM: its modules, fields and records, and the news of what changes in them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ledgerferry_sandbox.crm.editions import EDITIONS
from ledgerferry_sandbox.crm.errors import Refusal, invalid_id, invalid_module
from ledgerferry_sandbox.crm.models import (
    Attachment,
    Change,
    Field,
    Gone,
    Layout,
    Module,
    Operation,
    Organization,
    Photo,
    Pipeline,
    Profile,
    Record,
    StoredFile,
    Tag,
    Territory,
    User,
    ViewSort,
)
from ledgerferry_sandbox.crm.standard import FIELDS, MODULES, OWN_STAGE
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.tables import Keys, R, Table
from ledgerferry_sandbox.exchange import Row

RANKS = tuple(EDITIONS)


def folded(value: object) -> str:
    """A value as keys compare it: text without outer spaces and in one case."""
    return str(value).strip().casefold()


class Cabinet:
    """Everything that the organisation keeps.

    Records are found by id, by the fields that `indexed` names, and in order of their ids or of their last
    change, at a cost that does not depend on how many there are. `listeners` are told of every change, at
    once and in order.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.switches = desk.switches
        self.listeners: list[Callable[[Change], None]] = []
        self.calls = 0
        self._shelves: dict[str, Table[Any]] = {}
        self._fields: dict[str, dict[str, Field]] = {}
        self._indexed: dict[str, tuple[str, ...]] = {}
        self._order: dict[str, list[str]] = {}
        self._versions: dict[str, int] = {}
        self.kept_modules = self.shelf("modules", Module, lambda kept: kept.id)
        self.organizations = self.shelf("org", Organization, lambda kept: kept.id)
        self.users = self.shelf(
            "users", User, lambda kept: kept.id, {"email": lambda kept: [folded(kept.email)]}
        )
        self.custom_fields = self.shelf(
            "fields", Field, lambda kept: kept.id, {"module": lambda kept: [kept.module]}
        )
        self.gone = self.shelf("deleted", Gone, lambda kept: kept.id, {"module": lambda kept: [kept.module]})
        self.attachments = self.shelf(
            "Attachments", Attachment, lambda kept: kept.id, {"parent": lambda kept: [kept.parent]}
        )
        self.files = self.shelf("files", StoredFile, lambda kept: kept.id)
        self._shelve_settings()
        self._modules: dict[str, Module] = {}
        self._records: dict[str, Table[Record]] = {}
        self._refresh_modules()

    def _shelve_settings(self) -> None:
        """Makes the tables of what people set up."""
        self.profiles = self.shelf("profiles", Profile, lambda kept: kept.id)
        self.territories = self.shelf("territories", Territory, lambda kept: kept.id)
        self.pipelines = self.shelf("pipelines", Pipeline, lambda kept: kept.id)
        self.view_sorts = self.shelf("view_sorts", ViewSort, lambda kept: kept.id)
        self.photos = self.shelf("photos", Photo, lambda kept: kept.id)
        self.tags = self.shelf(
            "tags",
            Tag,
            lambda kept: kept.id,
            {
                "module": lambda kept: [kept.module],
                "name": lambda kept: [f"{kept.module}={folded(kept.name)}"],
            },
        )
        self.layouts = self.shelf(
            "layouts", Layout, lambda kept: kept.id, {"module": lambda kept: [kept.module]}
        )

    def _keep(self, name: str) -> Table[Record]:
        switches, clock = self.switches, self.desk.clock
        return self.shelf(
            name,
            Record,
            lambda kept: kept.id,
            {"key": lambda kept: self._keys(name, kept)},
            lambda: switches.number("search_lag_seconds"),
            clock.now,
        )

    def shelf(
        self,
        name: str,
        model: type[R],
        key: Callable[[R], str],
        indexes: dict[str, Keys[R]] | None = None,
        lag: Callable[[], float] = lambda: 0.0,
        now: Callable[[], float] = lambda: 0.0,
    ) -> Table[R]:
        """A table that is saved, shown and loaded with the rest of the CRM."""
        table = Table(name, model, key, indexes, lag, now)
        self._shelves[name] = table
        return table

    def named(self, name: str) -> Table[Any]:
        """The table that `shelf` made under this name."""
        return self._shelves[name]

    def tables(self) -> list[Table[Any]]:
        """Every table, in the order in which they are loaded."""
        self._refresh_modules()
        return list(self._shelves.values())

    @property
    def modules(self) -> dict[str, Module]:
        """The vendor's modules and those that were made, by API name."""
        self._refresh_modules()
        return self._modules

    def _refresh_modules(self) -> None:
        if self._versions.get("modules") != self.kept_modules.version:
            self._versions["modules"] = self.kept_modules.version
            self._modules = {**MODULES, **{kept.api_name: kept for kept in self.kept_modules}}
            for name, kept in self._modules.items():
                if holds_records(kept) and name not in self._records:
                    self._records[name] = self._keep(name)
            for name in self._records.keys() - self._modules:
                del self._records[name], self._shelves[name]

    @property
    def organization(self) -> Organization:
        """The organisation itself."""
        return next(iter(self.organizations))

    def now(self) -> str:
        """This second as CRM writes it, in the organisation's zone."""
        return self.desk.now().isoformat()

    def new_id(self) -> str:
        """A new id."""
        return self.desk.ids.next()

    def begin_call(self) -> None:
        """Marks the changes to come as those of one call."""
        self.calls += 1

    def has(self, name: str) -> bool:
        """Whether the organisation's edition has this module."""
        kept = self.modules.get(name)
        held = RANKS.index(self.switches.at("crm.edition"))
        return kept is not None and RANKS.index(kept.edition) <= held

    def module(self, name: str, *, in_path: bool = True) -> Module:
        """The module of this API name, or INVALID_MODULE."""
        if not self.has(name):
            raise invalid_module(name, in_path=in_path)
        return self.modules[name]

    def holding(self, name: str) -> Module:
        """The module of this API name, if records are reached by it."""
        module = self.module(name)
        if name not in self._records:
            raise Refusal(
                "NOT_SUPPORTED", "the module is not supported for this API", {"resource_path_index": 0}
            )
        return module

    def fields(self, module: str) -> dict[str, Field]:
        """The fields of a module by API name, standard ones first."""
        self._refresh()
        held = self._fields.get(module)
        if held is None:
            custom = self.custom_fields.find("module", module)
            held = self._fields[module] = {
                **FIELDS.get(module, {}),
                **{each.api_name: each for each in custom},
            }
        own = module == "Deals" and self.switches.at("crm.stages") == "own"
        return held | {"Stage": OWN_STAGE} if own else held

    def indexed(self, module: str) -> tuple[str, ...]:
        """The fields by which `find` finds: lookups, unique and external ones, those of duplicate checks."""
        self._refresh()
        held = self._indexed.get(module)
        if held is None:
            first = self.modules[module].duplicate_fields
            fields = self.fields(module).values()
            more = (
                each.api_name for each in fields if each.unique or each.external or each.data_type == "lookup"
            )
            held = self._indexed[module] = tuple(dict.fromkeys((*first, *more)))
        return held

    def _refresh(self) -> None:
        if self._versions.get("fields") != self.custom_fields.version:
            self._versions["fields"] = self.custom_fields.version
            self._fields.clear()
            self._indexed.clear()

    def _keys(self, module: str, record: Record) -> Iterable[str]:
        values = record.values
        return [f"{name}={folded(values[name])}" for name in self.indexed(module) if name in values]

    def has_records(self, module: str) -> bool:
        """Whether records are reached by the name of this module."""
        return module in self._records

    def table(self, module: str) -> Table[Record]:
        """The records of a module; its `listed` and `among` show what the search index shows."""
        return self._records[module]

    def records(self, module: str) -> Iterator[Record]:
        """The live records of a module in order of their ids."""
        table = self._records[module]
        return (kept for number in self._ordered(module) if (kept := table.get(number)))

    def get(self, module: str, number: str) -> Record | None:
        """The live record of this id."""
        table = self._records.get(module)
        return table.get(number) if table else None

    def there(self, module: str, number: str) -> Record:
        """The live record of this id, or INVALID_DATA."""
        record = self.get(module, number)
        if record is None:
            raise invalid_id()
        return record

    def anywhere(self, number: str) -> Record | None:
        """The live record of this id, whatever its module."""
        return next((kept for table in self._records.values() if (kept := table.get(number))), None)

    def find(self, module: str, api_name: str, value: object) -> list[Record]:
        """The live records that hold this value in an indexed field."""
        return self._records[module].find("key", f"{api_name}={folded(value)}")

    def after(self, module: str, number: str, *, descending: bool) -> Iterator[Record]:
        """The live records of a module behind this id (empty: all), in order of their ids."""
        order, table = self._ordered(module), self._records[module]
        if descending:
            end = bisect_left(order, _ranked(number), key=_ranked) if number else len(order)
            numbers = (order[place] for place in range(end - 1, -1, -1))
        else:
            start = bisect_right(order, _ranked(number), key=_ranked) if number else 0
            numbers = (order[place] for place in range(start, len(order)))
        return (kept for each in numbers if (kept := table.get(each)))

    def changed(self, module: str, *, descending: bool = True) -> Iterator[Record]:
        """The live records of a module in order of their last change, the latest first or last."""
        return self._records[module].recent(descending=descending)

    def index_anew(self, module: str) -> None:
        """Finds a module's records by the fields that are indexed now."""
        if module in self._records:
            self._records[module].reindex()

    def forget_field(self, field: Field) -> None:
        """Deletes a custom field and what records hold in it."""
        for record in list(self._records[field.module]) if field.module in self._records else ():
            if field.api_name in record.values:
                values = {name: value for name, value in record.values.items() if name != field.api_name}
                self._put(record.model_copy(update={"values": values}), silent=True)
        self.custom_fields.drop(field.id)

    def _ordered(self, module: str) -> list[str]:
        table, order = self._records[module], self._order.get(module)
        if order is None or self._versions.get(module) != table.version:
            self._versions[module] = table.version
            order = self._order[module] = sorted((kept.id for kept in table), key=_ranked)
        return order

    def lookup(self, record: Record, path: str) -> Any:  # noqa: ANN401 - a value of any type
        """The stored value at the end of a path such as Account_Name.Phone or Owner.email, or null."""
        name, _, rest = path.partition(".")
        value = record.get(name)
        field = self.fields(record.module).get(name)
        if not rest or field is None or not isinstance(value, str):
            return None if rest else value
        if field.person:
            user = self.users.get(value)
            return getattr(user, {"name": "full_name"}.get(rest, rest), None) if user else None
        target = self.get(field.lookup, value) if field.lookup else self.anywhere(value)
        return self.lookup(target, rest) if target else None

    def name(self, record: Record) -> str:
        """What a lookup to this record shows."""
        return str(record.get(self.modules[record.module].name_field) or "")

    def insert(self, record: Record, *, triggered: bool = True) -> Record:
        """Keeps a new record and tells the listeners."""
        self._put(record)
        fields = {name: (None, value) for name, value in record.values.items()}
        self._tell(record, "insert", fields, triggered=triggered)
        return record

    def update(self, record: Record, *, triggered: bool = True, silent: bool = False) -> Record:
        """Keeps a record in place of its former state and tells the listeners what became different."""
        former = self._records[record.module].get(record.id)
        before: Row = former.values if former else {}
        self._put(record, silent=silent)
        names = dict.fromkeys([*before, *record.values])
        fields = {
            name: (before.get(name), record.get(name))
            for name in names
            if before.get(name) != record.get(name)
        }
        self._tell(record, "update", fields, triggered=triggered)
        return record

    def delete(self, record: Record, user: str, *, triggered: bool = True, permanent: bool = False) -> None:
        """Moves a record to the recycle bin, or deletes it for good, and tells the listeners.

        Its files go with it: no call shows those of a record that is deleted.
        """
        table = self._records[record.module]
        table.drop(record.id)
        for attached in list(self.attachments.find("parent", record.id)):
            self.attachments.drop(attached.id)
        order = self._order.get(record.module)
        if order is not None and self._versions.get(record.module) == table.version - 1:
            del order[bisect_left(order, _ranked(record.id), key=_ranked)]
            self._versions[record.module] = table.version
        self.gone.put(
            Gone(
                id=record.id,
                module=record.module,
                display_name=self.name(record),
                deleted_by=user,
                created_by=str(record.get("Created_By") or user),
                deleted_time=self.now(),
                permanent=permanent,
                record=None if permanent else record,
            )
        )
        fields = {name: (value, None) for name, value in record.values.items()}
        self._tell(record, "delete", fields, triggered=triggered)

    def _put(self, record: Record, *, silent: bool = False) -> None:
        table = self._records[record.module]
        new = table.get(record.id) is None
        table.put(record, silent=silent)
        order = self._order.get(record.module)
        if order is not None and self._versions.get(record.module) == table.version - 1:
            if new:
                insort(order, record.id, key=_ranked)
            self._versions[record.module] = table.version

    def _tell(
        self, record: Record, operation: Operation, fields: dict[str, tuple[Any, Any]], *, triggered: bool
    ) -> None:
        change = Change(
            record.module, record.id, operation, fields, self.desk.clock.now(), triggered, self.calls
        )
        for listener in self.listeners:
            listener(change)


def holds_records(module: Module) -> bool:
    """Whether a module has records of its own: not the lines of subforms, nor attached files."""
    return module.generated_type != "subform" and module.api_name != "Attachments"


def _ranked(number: str) -> tuple[int, str]:
    return (len(number), number)
