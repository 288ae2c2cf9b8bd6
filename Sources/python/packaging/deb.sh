#!/usr/bin/env bash
# Makes a Debian package of a program.
#
#     deb.sh PROGRAM OUT [FOLDER]
#
# It depends on the packages of the libraries PROGRAM is linked with by name, as dpkg-shlibdeps finds
# them, and so fits the release it is made on, which its version names: tiny-diagnose 0.1.0+debian12.
# The static program, built in FOLDER, needs none but the C and C++ ones, and fits all releases that have
# them: tiny-diagnose-static 0.1.0. Each takes the place of the other.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(readlink -f "$1") out=$(mkdir -p "$2" && cd "$2" && pwd)
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }
for tool in dpkg-deb dpkg-shlibdeps strip; do
  command -v $tool >/dev/null || fail "$tool is missing: apt-get install dpkg-dev binutils"
done
[ $# -ge 3 ] && name=tiny-diagnose-static other=tiny-diagnose || name=tiny-diagnose other=tiny-diagnose-static
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
install -d -m 755 "$root" "$root/DEBIAN" "$root/usr" "$root/usr/share/doc/$name" "$work/debian"
strip -o "$work/tiny-diagnose" "$program"
"$here/install.sh" "$work/tiny-diagnose" "$root/usr" share/zsh/vendor-completions
gzip -9n "$root"/usr/share/man/man1/*.1
gzip -9n -c "$here/../../../CHANGELOG.md" >"$root/usr/share/doc/$name/changelog.gz"
install -m 644 "$here/../../../LICENSE" "$root/usr/share/doc/$name/copyright"
[ $# -lt 3 ] || "$here/../static/licences.sh" "$3" "$root/usr/share/doc/$name/licences"
find "$root/usr" -type f ! -path '*/bin/*' -exec chmod 644 {} +

printf 'Source: %s\n\nPackage: %s\nArchitecture: any\n' $name $name >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/tiny-diagnose" 2>/dev/null) ||
  fail "dpkg-shlibdeps does not know where the program's libraries come from"
version=$("$program" --version)
[ $# -ge 3 ] || version+=+$(. /etc/os-release && echo "$ID${VERSION_ID:-}")
architecture=$(dpkg --print-architecture)
cat >"$root/DEBIAN/control" <<CONTROL
Package: $name
Version: $version
Architecture: $architecture
Section: science
Priority: optional
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: ${depends#shlibs:Depends=}
Conflicts: $other
Replaces: $other
Maintainer: tiny-diagnose contributors <noreply@localhost>
Description: tells where a trained neural network is too narrow
 Reads a multilayer perceptron saved by Keras, or written to HDF5 from
 elsewhere, with samples it was trained on; says which layer is too narrow,
 how many neurons it lacks, and what they would gain; and adds them.
CONTROL
dpkg-deb --root-owner-group --build "$root" "$out/${name}_${version}_$architecture.deb" >/dev/null
ls -l "$out/${name}_${version}_$architecture.deb"
