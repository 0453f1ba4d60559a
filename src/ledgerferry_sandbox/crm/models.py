"""What a CRM consists of: modules with their fields, records, users, files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from ledgerferry_sandbox.exchange import Row

Operation = Literal["insert", "update", "delete"]


class Kept(BaseModel):
    """Something that is remembered; it never changes, a new one takes its place."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")


class Choice(Kept):
    """One value of a picklist. Stages also say how likely they are and how they count in a forecast."""

    id: str
    actual_value: str
    display_value: str
    sequence_number: int = 1
    probability: int | None = None
    forecast_type: str | None = None


class Field(Kept):
    """One field of a module, standard or custom.

    `lookup` names the module that a lookup points to (empty: any, as in Parent_Id), `subform` the module of
    the lines in a subform. `system_mandatory` fields must be given on insert (F65).
    """

    id: str
    module: str
    api_name: str
    field_label: str
    data_type: str
    length: int = 255
    decimal_place: int | None = None
    system_mandatory: bool = False
    read_only: bool = False
    custom_field: bool = False
    unique: bool = False
    case_sensitive: bool = False
    external: str = ""
    lookup: str = ""
    lookup_list: str = ""
    subform: str = ""
    choices: tuple[Choice, ...] = ()
    display_field: bool = False
    sequence_number: int = 1
    default: str | None = None
    created_time: str | None = None

    @property
    def number(self) -> bool:
        """Whether its values are numbers."""
        return self.data_type in NUMBERS

    @property
    def person(self) -> bool:
        """Whether its values are ids of users."""
        return self.data_type in PERSONS


class RelatedList(Kept):
    """What belongs to a record of a module: the records of `module` whose `field` points to it."""

    id: str
    api_name: str
    name: str
    module: str
    field: str = ""


class Module(Kept):
    """One kind of record. `name_field` is what a lookup shows, `edition` the least that has the module.

    `profiles` are the ids of those whose users see it; none are all.
    """

    id: str
    api_name: str
    singular: str
    plural: str
    name_field: str
    generated_type: str = "default"
    edition: str = "free"
    duplicate_fields: tuple[str, ...] = ()
    related: tuple[RelatedList, ...] = ()
    sequence_number: int = 1
    layout_id: str = ""
    view_id: str = ""
    description: str | None = None
    profiles: tuple[str, ...] = ()
    modified_time: str | None = None
    modified_by: str = ""


class Pipeline(Kept):
    """A way that deals go: its value in the field and what is shown of it, and its stages in order."""

    id: str
    name: str
    display: str
    default: bool = False
    stages: tuple[Choice, ...] = ()
    deleted: bool = False


class ViewSort(Kept):
    """In which order a view, whose id this is, shows its records."""

    id: str
    sort_by: str
    sort_order: str = "asc"


class Layout(Kept):
    """How records of a module are laid out; `required` says which fields it asks for, or no more does."""

    id: str
    module: str
    name: str
    active: bool = True
    required: dict[str, bool] = {}
    section: str = ""
    created_time: str | None = None
    modified_time: str | None = None
    created_by: str = ""
    modified_by: str = ""


class Record(Kept):
    """One record as it is stored: values by field, those without a value left out.

    Stored are: texts and picklists as text, numbers as JSON has them (reckon with `Decimal(str(value))`),
    dates as 2026-01-05, moments as 2026-01-05T09:00:00+00:00 in the organisation's zone, lookups and people
    as ids, multi-select picklists and tags as lists of texts, subforms as lists of rows with an `id`.
    """

    id: str
    module: str
    values: Row

    def get(self, api_name: str) -> Any:  # noqa: ANN401 - a value of any type
        """A stored value, or null; `id` is one too."""
        return self.id if api_name == "id" else self.values.get(api_name)


class User(Kept):
    """Somebody who works in the organisation. `details` are what else is known: telephone, town, superior."""

    id: str
    first_name: str
    last_name: str
    email: str
    role: str = "CEO"
    profile: str = "Administrator"
    status: str = "active"
    confirm: bool = True
    details: Row = {}
    created_time: str = ""
    modified_time: str = ""
    created_by: str = ""
    modified_by: str = ""

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Profile(Kept):
    """What users may do, under a name that they bear. Those that are not `custom` are the vendor's."""

    id: str
    name: str
    description: str = ""
    custom: bool = False
    created_time: str | None = None
    modified_time: str | None = None
    created_by: str = ""
    modified_by: str = ""


class Territory(Kept):
    """A part of the market. `reporting_to` is the id of the one that it is part of, if there is one."""

    id: str
    name: str
    reporting_to: str = ""


class Gone(Kept):
    """What is still known of a deleted record (F70)."""

    id: str
    module: str
    display_name: str
    deleted_by: str
    created_by: str
    deleted_time: str
    permanent: bool = False
    record: Record | None = None


class Attachment(Kept):
    """A file that hangs on a record; `content` is base64."""

    id: str
    module: str
    parent: str
    file_name: str
    content: str
    size: int
    created_time: str
    created_by: str
    link: str = ""


class StoredFile(Kept):
    """A file that was uploaded apart from any record, for a file field or a note; `content` is base64."""

    id: str
    file_name: str
    content: str
    size: int


class Tag(Kept):
    """A name that records of one module are marked with; the records hold the name."""

    id: str
    module: str
    name: str
    color_code: str | None = None
    created_time: str
    modified_time: str
    created_by: str
    modified_by: str


class Photo(Kept):
    """The picture of a record or of the organisation, under its id; `content` is base64."""

    id: str
    file_name: str
    content: str
    size: int


class Organization(Kept):
    """The company whose CRM this is. `zgid` is its number in Zoho's other products."""

    id: str
    zgid: str
    company_name: str
    primary_email: str
    currency: str
    currency_symbol: str
    country: str
    country_code: str
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Change:
    """A record was made, changed or deleted.

    `fields` are those that changed, as stored, before and after. Changes of one call share its `call`
    number. `triggered` is false when the caller asked that no workflow runs (F57, `trigger: []`).
    """

    module: str
    id: str
    operation: Operation
    fields: Mapping[str, tuple[Any, Any]]
    at: float
    triggered: bool
    call: int


NUMBERS = frozenset({"integer", "bigint", "long", "double", "currency", "percent"})
PERSONS = frozenset({"ownerlookup", "userlookup"})
