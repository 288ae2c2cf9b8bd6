#!/usr/bin/env bash
# Makes a tarball of the static program, its manual pages, completions and licences.
#
#     archive.sh FOLDER OUT
#
# FOLDER is where the static program was built.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd) out=$(mkdir -p "$2" && cd "$2" && pwd)
name=tiny-diagnose-$("$folder/tiny-diagnose" --version)-linux-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/install.sh" "$folder/tiny-diagnose" "$work/$name"
"$here/../static/licences.sh" "$folder" "$work/$name/share/doc/tiny-diagnose/licences"
cp "$here/../../../CHANGELOG.md" "$work/$name/share/doc/tiny-diagnose"
tar --sort=name --owner=0 --group=0 --numeric-owner -C "$work" -czf "$out/$name.tar.gz" "$name"
ls -l "$out/$name.tar.gz"
