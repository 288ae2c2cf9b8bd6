#!/usr/bin/env bash
# Does the wheel work where there is no Swift, HDF5 or OpenBLAS? Needs root and debootstrap.
#
#     check_bare.sh WHEEL RELEASE [FRAMEWORK…]
#
# In a bare root of a release of Debian, with an empty environment of its Python, it runs the programs of
# docs/guides/python.md for each framework: sklearn, torch, keras (all three by default; Keras with PyTorch).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/bare_root.sh"
wheel=$(readlink -f "$1") release=$2
shift 2
[ $# -gt 0 ] || set -- sklearn torch keras
declare -A needs=([sklearn]="scikit-learn" [torch]="torch" [keras]="keras torch")

bare_root "$release"
inside apt-get update -q >/dev/null
inside apt-get install -qy --no-install-recommends python3 python3-venv >/dev/null 2>&1
# What this machine trusts, for pip; and its downloads, as frameworks are large.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
cache=$(python3 -m pip cache dir 2>/dev/null || true)
mkdir -p "$root/cache"
[ -d "$cache" ] && mount --bind "$cache" "$root/cache"
pip() { inside /venv/bin/pip --cert /etc/ssl/certs/ca-certificates.crt --cache-dir /cache \
  --quiet --disable-pip-version-check "$@"; }

inside python3 -m venv /venv
cp "$wheel" "$root/tmp"
pip install "/tmp/$(basename "$wheel")"
! inside sh -c 'command -v swift || ldconfig -p | grep -E "libhdf5|openblas"' ||
  fail "the root is not bare"
cp "$here/../../../fixtures/digits-keras3/digits.h5" "$root/tmp/model.h5"
inside /venv/bin/tiny-diagnose /tmp/model.h5 | grep 'is the bottleneck'
inside /venv/bin/python -m tiny_diagnose --version >/dev/null

pip install pytest
mkdir -p "$root/project/Tests" "$root/project/docs/guides"
cp -r "$here/../../../Tests/PythonTests" "$root/project/Tests"
cp "$here/../../../docs/guides/python.md" "$root/project/docs/guides"
cp -r "$here/../../../docs/examples" "$root/project/docs"
for framework in "$@"; do
  pip install ${needs[$framework]} || fail "pip cannot install ${needs[$framework]} in $release"
  case $framework in
    sklearn) tests="documentation/test_documentation.py -k scikit_learn" ;;
    torch) tests="documentation/test_documentation_torch.py -k test_torch" ;;
    keras) tests="documentation/test_documentation.py -k test_keras" ;;
  esac
  inside env KERAS_BACKEND=torch sh -c "cd /project/Tests/PythonTests && /venv/bin/python -m pytest -q \
    -p no:cacheprovider --disable-warnings $tests" >"$root/log" 2>&1 && grep -q '1 passed' "$root/log" ||
    { tail -n 30 "$root/log"; fail "$framework in $release"; }
  echo "$release, $(inside /venv/bin/python --version): the lines for $framework run"
done
