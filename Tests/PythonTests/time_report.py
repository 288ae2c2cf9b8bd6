"""How much time does `report` take beside the program it runs?

    TINY_DIAGNOSE=program python time_report.py

On a 784-512-256-10 network of PyTorch with 60 000 samples; exits with 1 if it is more than a tenth.
"""

import statistics
import sys
import time

import conftest  # noqa: F401 - finds the package among the sources
import numpy as np
import tiny_diagnose
import torch
from tiny_diagnose.running import program

SAMPLES, RUNS, MOST = 60_000, 5, 0.1
inside = []
run = program.run


def timed(*arguments, **options):
    start = time.perf_counter()
    output = run(*arguments, **options)
    inside.append(time.perf_counter() - start)
    return output


program.run = timed
torch.manual_seed(0)
random = np.random.default_rng(0)
x = random.random((SAMPLES, 784), dtype="float32")
y = random.integers(0, 10, SAMPLES)
sizes = ((784, 512), (512, 256), (256, 10))
layers = [layer for size in sizes for layer in (torch.nn.Linear(*size), torch.nn.ReLU())]
model = torch.nn.Sequential(*layers[:-1])

shares = []
for _ in range(RUNS):
    start = time.perf_counter()
    tiny_diagnose.report(model, x, y, loss=torch.nn.CrossEntropyLoss(), progress=False)
    whole = time.perf_counter() - start
    shares.append((whole - inside[-1]) / inside[-1])
    print(f"{whole:.2f} s, {inside[-1]:.2f} s of it the program: {shares[-1]:.1%} more")
share = statistics.median(shares)
print(f"median: {share:.1%} more than the program")
sys.exit(share > MOST)
