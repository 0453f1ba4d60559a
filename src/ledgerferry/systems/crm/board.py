"""The board of deals: stages, pipelines and currencies, asked once and kept by the metadata."""

from ledgerferry.systems.crm.mapping.deals import Board
from ledgerferry.systems.crm.metadata import Metadata, Pipeline

_DEALS = "Deals"


def currencies(metadata: Metadata) -> tuple[str, ...]:
    """The currencies that a deal may have; empty where deals have none of their own."""
    field = metadata.fields(_DEALS).get("Currency")
    return field.choices if field is not None else ()


def pipelines(metadata: Metadata) -> tuple[Pipeline, ...]:
    """The pipelines of the deals' first layout; empty where deals have none."""
    layouts = metadata.layouts(_DEALS) if "Pipeline" in metadata.fields(_DEALS) else []
    chosen = next((layout.text("id") for layout in layouts if layout.get("status") != "inactive"), None)
    return metadata.pipelines(chosen) if chosen else ()


def board(metadata: Metadata) -> Board:
    """What deals may be: at most four calls, once."""
    stage = metadata.fields(_DEALS).get("Stage")
    own = currencies(metadata)
    return Board(
        stages=stage.choices if stage is not None else (),
        pipelines=pipelines(metadata),
        currencies=own,
        home="" if own else metadata.company().currency,
    )
