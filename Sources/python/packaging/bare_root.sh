# To be sourced: a bare root of a release of Debian or Ubuntu, made by debootstrap and removed at the end.
#
#     bare_root RELEASE      sets $root
#     inside COMMAND…        runs a command in it
#
# The script that sources it starts again in a mount namespace of its own. So what is mounted in a root is
# seen by nobody else, and is gone with the last process that sees it, however that ends: where even the
# script is killed, all that remains is a folder, which is safe to remove.
if [ "$(id -u)" = 0 ] && [ -z "${BARE_ROOT:-}" ]; then
  BARE_ROOT=1 exec unshare --mount bash "$0" "$@"
fi

fail() { printf 'error: %s\n' "$1" >&2; exit 1; }

remove_root() {
  # Where the script was stopped, what it ran goes on, and holds the root.
  local process
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/root")" != "$root" ] || kill -KILL "${process#/proc/}" || true
  done
  for place in "$root/cache" "$root/opt/swift" "$root/proc"; do
    mountpoint -q "$place" && umount "$place"
  done
  # Nothing of this machine may be below what is removed.
  ! grep -q " $root/" /proc/mounts || fail "$root holds mounts: unmount and remove it by hand"
  rm -rf --one-file-system "$root"
}

bare_root() {
  [ "$(id -u)" = 0 ] || fail "a bare root needs root"
  command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
  root=$(mktemp -d)
  chmod 755 "$root"
  trap remove_root EXIT
  case $1 in
    # By the script for all of Ubuntu: debootstrap of Debian 12 knows no release that is younger. Without
    # Ubuntu's keyring on this machine it warns that it cannot check signatures; apt in the root does.
    jammy | noble | plucky | questing)
      set -- --components=main,universe "$1" "$root" "${UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}" \
        /usr/share/debootstrap/scripts/gutsy ;;
    *) set -- "$1" "$root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" ;;
  esac
  debootstrap --variant=minbase --include=ca-certificates "$@" >"$root.log" 2>&1 ||
    { tail -n 5 "$root.log"; fail "debootstrap $*"; }
  rm -f "$root.log"
  # The program reads its arguments from /proc.
  mount -t proc proc "$root/proc"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
}

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
  DEBIAN_FRONTEND=noninteractive ${PIP_INDEX_URL:+PIP_INDEX_URL=$PIP_INDEX_URL} chroot "$root" "$@"; }
