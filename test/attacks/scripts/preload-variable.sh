. "$ATTACKS/lib.sh"
LD_PRELOAD=$WORK/attack.so id >/dev/null 2>&1
