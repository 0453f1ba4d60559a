"""Merge is a pure function of a pair."""

from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.engine.merge import Decision, Pair, Verdict, decide, moved
from ledgerferry.model.record import CustomerContent

words = st.sampled_from(["", "a", "b", "c"])
contents = st.builds(CustomerContent, name=words, email=words, phone=words)
FIELDS = ("name", "email", "phone")


def _decide(
    left: CustomerContent, right: CustomerContent | None, agreement: CustomerContent | None
) -> Decision:
    return decide(Pair(identity="i", left=left, right=right, agreement=agreement))


@given(contents, contents)
def test_what_the_target_has_not_is_created(left: CustomerContent, agreement: CustomerContent) -> None:
    assert _decide(left, None, agreement).verdict is Verdict.CREATE


@given(contents, contents)
def test_equal_records_ask_for_nothing_whatever_was_agreed(
    both: CustomerContent, agreement: CustomerContent
) -> None:
    assert _decide(both, both, agreement) == _decide(both, both, None) == Decision(verdict=Verdict.UNCHANGED)


@given(contents, contents)
def test_what_only_the_source_moved_is_written(left: CustomerContent, agreement: CustomerContent) -> None:
    decision = _decide(left, agreement, agreement)
    assert decision.fields == moved(left, agreement)
    assert decision.verdict is (Verdict.UPDATE if decision.fields else Verdict.UNCHANGED)


@given(contents, contents)
def test_what_only_a_person_moved_there_is_a_conflict_with_nobody(
    right: CustomerContent, agreement: CustomerContent
) -> None:
    assert _decide(agreement, right, agreement).verdict is Verdict.UNCHANGED


@given(contents, contents)
def test_without_an_agreement_every_difference_is_a_conflict(
    left: CustomerContent, right: CustomerContent
) -> None:
    decision = _decide(left, right, None)
    assert decision.fields == moved(left, right)
    assert decision.verdict is (Verdict.CONFLICT if decision.fields else Verdict.UNCHANGED)


@given(contents, contents, contents)
def test_each_field_is_decided_by_itself(
    left: CustomerContent, right: CustomerContent, agreement: CustomerContent
) -> None:
    decision = _decide(left, right, agreement)
    both = tuple(f for f in FIELDS if len({getattr(r, f) for r in (left, right, agreement)}) == 3)
    ours = tuple(f for f in FIELDS if getattr(left, f) != getattr(right, f) == getattr(agreement, f))
    assert decision.verdict is (Verdict.CONFLICT if both else Verdict.UPDATE if ours else Verdict.UNCHANGED)
    assert decision.fields == (both or ours)


@given(contents, contents)
def test_an_echo_of_what_was_written_asks_for_nothing(
    left: CustomerContent, agreement: CustomerContent
) -> None:
    written = _decide(left, agreement, agreement)
    after = agreement.model_copy(update={f: getattr(left, f) for f in written.fields})
    assert _decide(left, after, after).verdict is Verdict.UNCHANGED
