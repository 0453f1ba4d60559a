"""`ferry-sandbox`: the emulator, or with `samples` the writer of sample companies."""

import asyncio
import json
import sys

from ledgerferry_sandbox.options import parse


def main() -> None:
    """Runs the sandbox until it is told to stop."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["samples"]:
        from ledgerferry_sandbox.samples import main as write_samples

        sys.exit(write_samples(arguments[1:]))
    from ledgerferry_sandbox import launch

    options = parse(arguments)
    try:
        ready = launch.prepare(options)
    except OSError as error:
        sys.exit(f"ferry-sandbox: {error}")
    asyncio.run(launch.run(ready, lambda line: print(json.dumps(line), flush=True)))


if __name__ == "__main__":
    main()
