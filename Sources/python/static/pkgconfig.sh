#!/usr/bin/env bash
# Writes the .pc files by which Swift links the static archives in place of the shared libraries.
#
#     pkgconfig.sh FOLDER
set -euo pipefail
folder=$1 system=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)

# $1 name, $2 version, $3 what compiles, $4 what links
describe() {
  printf 'Name: %s\nDescription: static, for tiny-diagnose\nVersion: %s\nCflags: %s\nLibs: %s\n' "$@" \
    >"$folder/pkgconfig/$1.pc"
}
describe hdf5-serial "$(pkg-config --modversion hdf5-serial)" \
  "$(pkg-config --cflags hdf5-serial)" "-L$folder/lib -lhdf5 -lz -ldl -lm"
describe libzip "$(pkg-config --modversion libzip)" \
  "$(pkg-config --cflags libzip)" "-L$folder/lib -lzip -lz"
describe openblas "$(pkg-config --modversion openblas)" \
  "$(pkg-config --cflags openblas)" "-L$folder/lib -lopenblas -lstubs -lm -lpthread"
describe lapacke "$(pkg-config --modversion lapacke)" \
  "$(pkg-config --cflags lapacke)" "-L$folder/lib -llapacke"
# Of the names the module maps ask for: the linker finds this folder before the shared libraries.
ln -sf "$(readlink -f "$system/libopenblas.a")" "$folder/lib/libopenblas.a"
ln -sf "$(readlink -f "$system/liblapacke.a")" "$folder/lib/liblapacke.a"
ln -sf "$system/libz.a" "$folder/lib/libz.a"
