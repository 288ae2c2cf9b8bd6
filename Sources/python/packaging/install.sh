#!/usr/bin/env bash
# Installs the program with its manual pages and the completions of three shells.
#
#     install.sh PROGRAM PREFIX [FOLDER OF ZSH]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1 prefix=$2 zsh=${3:-share/zsh/site-functions}
name=tiny-diagnose
install -d "$prefix/bin" "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" \
  "$prefix/$zsh" "$prefix/share/fish/vendor_completions.d"
install -m 755 "$program" "$prefix/bin/$name"
"$program" --generate-completion-script bash >"$prefix/share/bash-completion/completions/$name"
"$program" --generate-completion-script zsh >"$prefix/$zsh/_$name"
"$program" --generate-completion-script fish >"$prefix/share/fish/vendor_completions.d/$name.fish"
if command -v python3 >/dev/null; then
  python3 "$here/manual.py" "$program" "$prefix/share/man/man1"
else
  echo "note: no manual pages, which python3 would write" >&2
fi
