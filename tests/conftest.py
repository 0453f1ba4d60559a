"""What tests tell beside passing: sections of the run's last page, gathered from all of its workers."""

import pytest

Section = tuple[str, list[str]]
SECTIONS = pytest.StashKey[list[Section]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SECTIONS] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["sections"] = session.config.stash[SECTIONS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: pytest.Session) -> None:
    told = getattr(node, "workeroutput", {}).get("sections", ())
    node.config.stash[SECTIONS].extend((title, lines) for title, lines in told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for title, lines in terminalreporter.config.stash[SECTIONS]:
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)
