"""The bridge under a profiler, for who looks for what costs: set BENCH_PROFILE to a file for cProfile's figures.

Of the event loop's thread alone; beside it, by thread, what CPU the system counted.
"""

import cProfile
import os
import sys
from pathlib import Path

from bridge.cli import main

_TICKS = os.sysconf("SC_CLK_TCK")


def threads() -> list[tuple[str, float]]:
    """Seconds of CPU by thread, most first."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        name, _, rest = task.joinpath("stat").read_text().partition("(")[2].rpartition(")")
        fields = rest.split()
        found.append((f"{name} {task.name}", (int(fields[11]) + int(fields[12])) / _TICKS))
    return sorted(found, key=lambda one: -one[1])


if __name__ == "__main__":
    profile = cProfile.Profile()
    profile.enable()
    try:
        main()
    finally:
        profile.disable()
        profile.dump_stats(f"{os.environ['BENCH_PROFILE']}.{os.getpid()}")
        sys.stderr.write("".join(f"cpu {seconds:6.2f} s  {name}\n" for name, seconds in threads()[:6]))
