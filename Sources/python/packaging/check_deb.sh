#!/usr/bin/env bash
# Does the Debian package install, run and leave nothing behind? Needs root and debootstrap.
#
#     check_deb.sh DEB [RELEASE]
#
# In a bare root of a release of Debian, where nothing else is installed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/bare_root.sh"
deb=$(readlink -f "$1") release=${2:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
name=$(dpkg-deb --field "$deb" Package)
bare_root "$release"
cp "$deb" "$root/tmp/package.deb"
cp "$here/../../../fixtures/digits-keras3/digits.h5" "$root/tmp/model.h5"
inside apt-get update -q >/dev/null
inside apt-get install -qy --no-install-recommends man-db >/dev/null 2>&1
inside apt-get install -qy --no-install-recommends /tmp/package.deb >"$root/log" 2>&1 ||
  { grep 'Depends' "$root/log"; fail "$name does not install in $release"; }
inside tiny-diagnose /tmp/model.h5 | grep -q 'is the bottleneck' || fail "no report in $release"
inside tiny-diagnose grow /tmp/model.h5 -o /tmp/grown.h5 --quiet >/dev/null || fail "grows nothing"
inside man --pager=cat tiny-diagnose-grow | grep -q -- '--add' || fail "no manual page in $release"
[ "$(inside dpkg -L "$name" | grep -c 'completion\|man1/tiny\|zsh.*_tiny')" -ge 8 ] ||
  fail "pages or completions are missing"
inside apt-get purge -qy "$name" >/dev/null 2>&1
left=$(cd "$root" && find usr etc var/lib/dpkg/info -name '*tiny-diagnose*')
[ -z "$left" ] || fail "left behind: $left"
echo "$release: $name installs, reports, grows, shows its manual, and leaves nothing when removed"
