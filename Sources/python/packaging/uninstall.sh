#!/usr/bin/env bash
# Removes what install.sh installed.
#
#     uninstall.sh PREFIX
set -euo pipefail
cd "$1"
rm -f bin/tiny-diagnose share/man/man1/tiny-diagnose.1 share/man/man1/tiny-diagnose-*.1 \
  share/bash-completion/completions/tiny-diagnose share/zsh/site-functions/_tiny-diagnose \
  share/fish/vendor_completions.d/tiny-diagnose.fish
