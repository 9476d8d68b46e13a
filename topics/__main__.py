"""``python -m topics``."""

import sys

from topics.cli import main

sys.exit(main())
