"""Runs a command and writes down what it took: `took.py FILE COMMAND …`.

A process of its own, and a small one: the kernel counts the memory of whoever starts a process as that process's, too.
"""

import json
import os
import shutil
import sys
import time

_, path, *command = sys.argv
program = shutil.which(command[0]) or sys.exit(f"{command[0]} is not installed")
begun = time.monotonic()
pid = os.posix_spawn(program, command, os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic() - begun
with open(path, "w") as file:
    json.dump({
        "code": os.waitstatus_to_exitcode(status), "wall": wall, "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
    }, file)
