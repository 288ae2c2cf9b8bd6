"""Times gromo's diagnosis of a network in the native layout, beside `tiny-diagnose --one-pass`.

    python3 -m venv env && env/bin/pip install torch gromo h5py
    time env/bin/python time_gromo.py model.h5

For every layer behind a hidden one gromo gathers the second moment of its inputs, their moments with
the desired updates, and those of the layer before; then it finds the best update of the layer's
weights and the neurons of the paper's solve. That is what one pass of tiny-diagnose does.
"""

import sys
import time

start = time.perf_counter()
import h5py
import torch
from gromo.modules.linear_growing_module import LinearGrowingModule

imported = time.perf_counter()
BATCH = 2048

with h5py.File(sys.argv[1]) as file:
    layers = [file["model/layers"][name] for name in sorted(file["model/layers"])]
    weights = [(layer["weight"][:], layer["bias"][:]) for layer in layers]
    inputs = torch.from_numpy(file["data/inputs"][:]).float()
    targets = torch.from_numpy(file["data/targets"][:]).long()

modules = []
for index, (kernel, bias) in enumerate(weights):
    module = LinearGrowingModule(
        kernel.shape[1],
        kernel.shape[0],
        previous_module=modules[-1] if modules else None,
        post_layer_function=torch.nn.ReLU() if index + 1 < len(weights) else torch.nn.Identity(),
        name=f"layer {index}",
        device=torch.device("cpu"),
    )
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(kernel))
        module.bias.copy_(torch.from_numpy(bias))
    modules.append(module)

growing = modules[1:]
for module in growing:
    module.init_computation()
loaded = time.perf_counter()
for first in range(0, len(inputs), BATCH):
    for module in modules:
        module.zero_grad()
    x = inputs[first : first + BATCH]
    for module in modules:
        x = module(x)
    loss = torch.nn.functional.cross_entropy(x, targets[first : first + BATCH], reduction="sum")
    loss.backward()
    for module in growing:
        module.update_computation()
gathered = time.perf_counter()
for module in growing:
    module.compute_optimal_updates()
done = time.perf_counter()

for module in growing:
    print(module.name, "eigenvalues", module.eigenvalues_extension[:3].tolist())
print(
    f"import {imported - start:.2f} s, read {loaded - imported:.2f} s, "
    f"gather {gathered - loaded:.2f} s, solve {done - gathered:.2f} s, all {done - start:.2f} s"
)
