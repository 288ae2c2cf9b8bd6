#!/usr/bin/env bash
# Collects the licences of all that the static program carries.
#
#     licences.sh FOLDER OUT
#
# FOLDER is where program.sh built it.
set -euo pipefail
folder=$1 out=$2 root=$(cd "$(dirname "$0")/../../.." && pwd)
mkdir -p "$out"
cp "$root/LICENSE" "$out/tiny-diagnose.txt"
cp "$folder"/licences/*.txt "$out"
for package in swift-argument-parser swift-numerics; do
  cp "$folder/swift/checkouts/$package/LICENSE.txt" "$out/$package.txt"
done
# Swift's own library, with Dispatch and FoundationEssentials.
cp "$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")/share/swift/LICENSE.txt" \
  "$out/Swift.txt"
cp /usr/share/doc/libopenblas-dev/copyright "$out/OpenBLAS.txt"
cp /usr/share/doc/liblapacke-dev/copyright "$out/LAPACK.txt"
cp /usr/share/doc/zlib1g-dev/copyright "$out/zlib.txt"
chmod 644 "$out"/*.txt
