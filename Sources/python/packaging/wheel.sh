#!/usr/bin/env bash
# Builds the wheel that carries the static program, and checks it.
#
#     wheel.sh FOLDER OUT
#
# FOLDER keeps what the static program is built from; the wheel goes to OUT.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd) out=$(mkdir -p "$2" && cd "$2" && pwd)
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }
[ "$(uname -m)" = x86_64 ] || fail "the wheel is built on x86-64 only"

"$here/../static/program.sh" "$folder"

tools=$folder/tools
if [ ! -x "$tools/bin/auditwheel" ]; then
  "${PYTHON:-python3}" -m venv "$tools" ||
    fail "Python has no venv: apt-get install python3-venv"
  "$tools/bin/pip" install --quiet --disable-pip-version-check build hatchling auditwheel ||
    fail "pip cannot install what builds a wheel"
fi

# From a copy, so that the licences need no place among the sources.
source=$folder/wheel
rm -rf "$source"
mkdir -p "$source"
cp -r "$here/../tiny_diagnose" "$here/../pyproject.toml" "$here/../hatch_build.py" \
  "$here/../README.md" "$source"
find "$source" -name __pycache__ -prune -exec rm -r {} +
"$here/../static/licences.sh" "$folder" "$source/licences"
rm -f "$out"/tiny_diagnose-*.whl
# The time of all members: that of the last commit, so that the same sources make the same wheel.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)} \
  TINY_DIAGNOSE_PROGRAM=$folder/tiny-diagnose \
  "$tools/bin/python" -m build --wheel --no-isolation --outdir "$out" "$source" >"$folder/log" 2>&1 ||
  { tail -n 20 "$folder/log"; fail "the wheel does not build"; }
"$tools/bin/python" "$here/check_wheel.py" "$out"/tiny_diagnose-*.whl
