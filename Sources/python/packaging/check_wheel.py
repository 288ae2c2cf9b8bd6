"""Is a wheel fit for other machines?

    python check_wheel.py WHEEL

Looks at its size, its licences, its tag by auditwheel, and installs it into an empty environment where
the program has to start at once, without the shared libraries that a dynamic build needs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from pathlib import Path

LARGEST = 16 << 20
SLOWEST = 0.02
RUNS = 41
LICENCES = {
    "tiny-diagnose",
    "Swift",
    "swift-argument-parser",
    "swift-numerics",
    "HDF5",
    "libzip",
    "OpenBLAS",
    "LAPACK",
    "zlib",
}
# What every Linux has that the tag asks for.
LIBRARIES = {"linux-vdso.so.1", "libm.so.6", "libc.so.6", "libgcc_s.so.1", "libstdc++.so.6"}
LIBRARIES |= {"/lib64/ld-linux-x86-64.so.2"}


def check(condition: bool, message: str) -> None:
    if not condition:
        sys.exit(f"error: {message}")


def output(*command: str | Path) -> str:
    run = subprocess.run(command, capture_output=True, text=True)
    check(run.returncode == 0, f"{command[0]}: {run.stderr or run.stdout}")
    return run.stdout


def start(program: Path) -> tuple[float, float]:
    """Start the program once: seconds by the clock, and of the processor."""
    begin = time.perf_counter()
    process = subprocess.Popen([program, "--version"], stdout=subprocess.DEVNULL)
    usage = os.wait4(process.pid, 0)[2]
    process.returncode = 0
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime


def main() -> None:
    wheel = Path(sys.argv[1])
    size = wheel.stat().st_size
    check(size < LARGEST, f"{wheel.name} has {size} bytes, more than {LARGEST}")
    names = zipfile.ZipFile(wheel).namelist()
    licences = {Path(name).stem for name in names if "/licenses/" in name}
    check(licences >= LICENCES, f"licences are missing: {LICENCES - licences}")

    audit = " ".join(output(sys.executable, "-m", "auditwheel", "show", wheel).split())
    check('consistent with the following platform tag: "manylinux_2_34_x86_64"' in audit, audit)
    check("libopenblas" not in audit and "libhdf5" not in audit, audit)

    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        folder = Path(folder) / "bin"
        output(folder / "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
        program = folder / "tiny-diagnose"
        linked = {line.split()[0] for line in output("ldd", program).splitlines()}
        check(linked <= LIBRARIES, f"the program needs {linked - LIBRARIES}")
        version = output(program, "--version").strip()
        check(f"-{version}-" in wheel.name, f"the program says {version}, the wheel {wheel.name}")
        clock, processor = map(statistics.median, zip(*(start(program) for _ in range(RUNS))))
        # By the clock it also waits for whoever else uses this machine.
        check(processor < SLOWEST, f"the program takes {processor:.3f} s to start")
        # Without NumPy in this environment, which this would import if it imported anything.
        check(
            output(folder / "python", "-m", "tiny_diagnose", "--version").strip() == version, "-m"
        )
    print(
        f"{wheel.name}: {size / 1e6:.1f} MB, {len(licences)} licences, needs glibc 2.34,"
        f" starts in {clock * 1000:.0f} ms, {processor * 1000:.0f} of them at work (medians of {RUNS})"
    )
    print(audit)


if __name__ == "__main__":
    main()
