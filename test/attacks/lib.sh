# Loaded by every attack, on the host by sh and in containers by busybox. The suite sets WORK (a folder of this attack's
# own, which the suite removes), PLACE (host, container, privileged), PROGRAM (build/attacks/attack) and FALCO_ATTACK
# (by which alerts are told apart).
set -eu
umask 022

# undo COMMAND: done at the end, however the attack ends; what was said last is done first.
undo_commands=
undo() {
  undo_commands="$1
$undo_commands"
}
clean_up() {
  code=$?
  trap - EXIT
  trap '' INT TERM HUP
  set +e
  eval "$undo_commands"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# in_own_mounts: starts the attack anew where its mounts are seen by nobody else and end with it.
in_own_mounts() {
  [ "$PLACE" = host ] || return 0
  [ -n "${OWN_MOUNTS:-}" ] || OWN_MOUNTS=1 exec unshare --mount --propagation private sh "$0"
}

# harmless FOLDER...: from here on, what is changed there goes to a layer that ends with the attack.
harmless() {
  in_own_mounts
  # A container is gone afterwards as a whole.
  [ "$PLACE" = host ] || return 0
  for folder; do
    layer=$WORK/layer$(printf %s "$folder" | tr / _)
    mkdir -p "$layer"
    # The layer is memory: the folder of the attack may be on an overlay itself, which takes no other.
    mountpoint -q "$layer" || mount -t tmpfs -o mode=755 tmpfs "$layer"
    mkdir -p "$layer/upper" "$layer/work"
    chmod --reference="$folder" "$layer/upper"
    mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work" overlay "$folder"
  done
}

# as NAME COMMAND... -- ARGUMENT...: the attack program under another program's name, with arguments as that would have.
as() {
  name=$1
  shift
  command=
  while [ "$1" != -- ]; do
    command="$command $1"
    shift
  done
  shift
  ln -sf "$PROGRAM" "$WORK/$name"
  ATTACK_DO=$command "$WORK/$name" "$@"
}

# listen [ADDRESS]: an end of a connection on this host, on loopback if nothing is said: its port is in $port.
listen() {
  "$PROGRAM" listen 5 "${1:-127.0.0.1}" >"$WORK/port" &
  undo "kill $! 2>/dev/null"
  while [ ! -s "$WORK/port" ]; do sleep 0.02; done
  port=$(cat "$WORK/port")
}
