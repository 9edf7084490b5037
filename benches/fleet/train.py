"""What a program that counts what it does is put to, before it is built for that: `train.py PROGRAM`."""

import sys
import tempfile
from pathlib import Path

import lab
import world as worlds

# Domains of the list: another one than those that are measured, made the same way.
DOMAINS = 5000


def main():
    program = sys.argv[1]
    lab.needs("nsd")
    lab.unlimited()
    with tempfile.TemporaryDirectory(prefix="mailvouch-train-") as folder:
        worlds.World(DOMAINS).write(folder)
        with lab.Server(folder, Path(folder, "zone")) as server:
            listed = ["check", "--domains-from", Path(folder, "list"), "--exit-zero", "--resolver", server.address]
            for format_ in (["ndjson"], ["json", "--shard", "1/50"], ["human", "--shard", "2/50"]):
                ran = lab.run([program, *listed, "--output", Path(folder, "out"), "--format", *format_])
                if ran.code != 0:
                    sys.exit(f"{program} ends with {ran.code}:\n{ran.told[-3000:]}")
                print(ran.told, end="")


if __name__ == "__main__":
    main()
