#!/usr/bin/env bash
# Builds the program with every library inside it but glibc, libstdc++ and libgcc.
#
#     program.sh FOLDER
#
# leaves it at FOLDER/tiny-diagnose; FOLDER keeps what the next build can use again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$here/../../.."

"$here/libraries.sh" "$folder"
PKG_CONFIG_PATH=$folder/pkgconfig swift build -c release --product tiny-diagnose \
  --scratch-path "$folder/swift" --static-swift-stdlib -Xswiftc -use-ld=lld \
  -Xlinker --gc-sections -Xlinker --wrap=hypot -Xlinker --wrap=hypotf \
  -Xlinker "-L$folder/lib" -Xlinker -lstubs
program=$(PKG_CONFIG_PATH=$folder/pkgconfig swift build -c release --scratch-path "$folder/swift" \
  --show-bin-path)/tiny-diagnose
if ldd "$program" | grep -qE 'libswift|libhdf5|libopenblas'; then
  echo "error: the program is not static: remove $folder/swift, which another build has used" >&2
  exit 1
fi
strip -o "$folder/tiny-diagnose" "$program"
