#!/usr/bin/env bash
# Builds HDF5 and libzip as static libraries, from Debian's sources of the versions whose headers are
# installed, and without what this program does not use: network drivers, ciphers, other compressions.
#
#     libraries.sh FOLDER
#
# FOLDER/lib has the archives, FOLDER/pkgconfig names them for Swift, FOLDER/licences has the texts.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
archives=$folder/lib
mkdir -p "$archives" "$folder/sources" "$folder/pkgconfig" "$folder/licences"

fail() { printf 'error: %s\n' "$1" >&2; exit 1; }
for tool in cmake dpkg-source gcc; do
  command -v $tool >/dev/null || fail "$tool is missing: apt-get install cmake dpkg-dev gcc"
done
# The source package's version, which is the one of the headers the program is compiled with.
version() { dpkg-query -W -f '${source:Version}' "$1" 2>/dev/null || fail "$1 is not installed: make packages"; }
hdf5=$(version libhdf5-dev) zip=$(version libzip-dev)

# One state of all that goes in; nothing is built again while it is the same.
state="hdf5 $hdf5, libzip $zip, $(cat "$here"/*.c "$here/libraries.sh" | sha256sum)"
[ "$(cat "$folder/state" 2>/dev/null)" = "$state" ] && exit 0

# apt with lists of its own: neither root nor a change of /etc/apt is needed to fetch sources.
apt=(-o "Dir::State::Lists=$folder/lists" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::Etc::SourceList=$folder/sources.list" -o "Dir::Cache=$folder/cache"
  -o "APT::Sandbox::User=$(id -un)")
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
for part in "$suite" "$suite-updates"; do
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $part main"
done >"$folder/sources.list"

fetch() {  # package version
  [ -d "$folder/sources/$1" ] && rm -rf "$folder/sources/$1"
  (cd "$folder/sources" && apt-get "${apt[@]}" source -q --download-only "$1=$2" &&
    dpkg-source --extract ./"$1"_*.dsc "$1") >>"$folder/log" 2>&1 ||
    { tail -n 20 "$folder/log"; fail "Debian's sources of $1 $2 cannot be had"; }
}

build() {  # package options…
  local package=$1; shift
  mkdir -p "$folder/build/$package"
  # From within the folder, where HDF5's checks look for what their programs write.
  (cd "$folder/build/$package" && cmake "$folder/sources/$package" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS="-O2 -ffunction-sections -fdata-sections -ffile-prefix-map=$folder=." \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF "$@") \
    >>"$folder/log" 2>&1 &&
    cmake --build "$folder/build/$package" --parallel "$(nproc)" --target "$target" \
      >>"$folder/log" 2>&1 || { tail -n 30 "$folder/log"; fail "$package does not build"; }
}

: >"$folder/log"
apt-get "${apt[@]}" update -q >>"$folder/log" 2>&1 || fail "no list of Debian's sources: see $folder/log"
fetch hdf5 "$hdf5"
fetch libzip "$zip"

target=hdf5-static build hdf5 -DBUILD_STATIC_LIBS=ON -DHDF5_BUILD_CPP_LIB=OFF -DHDF5_BUILD_FORTRAN=OFF \
  -DHDF5_BUILD_HL_LIB=OFF -DHDF5_BUILD_TOOLS=OFF -DHDF5_BUILD_EXAMPLES=OFF -DHDF5_BUILD_JAVA=OFF \
  -DHDF5_ENABLE_SZIP_SUPPORT=OFF -DHDF5_ENABLE_ROS3_VFD=OFF -DHDF5_ENABLE_HDFS=OFF \
  -DHDF5_ENABLE_Z_LIB_SUPPORT=ON -DHDF5_ENABLE_THREADSAFE=OFF
# arc4random would need glibc 2.36; without ciphers nothing asks for random numbers that matter.
target=zip build libzip -DENABLE_OPENSSL=OFF -DENABLE_GNUTLS=OFF -DENABLE_MBEDTLS=OFF \
  -DENABLE_COMMONCRYPTO=OFF -DENABLE_BZIP2=OFF -DENABLE_LZMA=OFF -DENABLE_ZSTD=OFF \
  -DBUILD_TOOLS=OFF -DBUILD_REGRESS=OFF -DBUILD_EXAMPLES=OFF -DBUILD_DOC=OFF -DHAVE_ARC4RANDOM=0

cp "$(find "$folder/build/hdf5" -name 'libhdf5.a' -print -quit)" "$archives/libhdf5.a"
cp "$(find "$folder/build/libzip" -name 'libzip.a' -print -quit)" "$archives/libzip.a"
for stub in "$here"/*.c; do
  gcc -O2 -ffunction-sections -c "$stub" -o "$folder/build/$(basename "$stub" .c).o"
done
rm -f "$archives/libstubs.a"
ar rcs "$archives/libstubs.a" "$folder"/build/*.o

cp "$folder/sources/hdf5/COPYING" "$folder/licences/HDF5.txt"
cp "$folder/sources/libzip/LICENSE" "$folder/licences/libzip.txt"
"$here/pkgconfig.sh" "$folder"
rm -rf "$folder/build" "$folder/sources" "$folder/cache" "$folder/lists"
printf '%s' "$state" >"$folder/state"
