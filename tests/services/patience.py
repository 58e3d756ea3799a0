"""How long tests wait."""

import os

# What merely must come about may take its time: a slow machine is no fault of the product.
EVENTUALLY = 60.0  # seconds


def within(seconds: float) -> float:
    """A promised time, stretched by what else the machine has to do now (seconds).

    On one with nothing else to do, no more than half as long again.
    """
    with open("/proc/loadavg") as file:
        running = int(file.read().split()[3].partition("/")[0])
    busy = max(os.getloadavg()[0], running) / (os.cpu_count() or 1)
    return seconds * (1 + max(busy, 0.5))
