"""The worker process by itself: ``python -m ledgerferry.systems.workbook MEMORY_BYTES``."""

import sys

from ledgerferry.systems.workbook.worker import restrict, serve

restrict(int(sys.argv[1]))
serve(sys.stdin, sys.stdout)
