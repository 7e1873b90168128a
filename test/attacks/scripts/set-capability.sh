. "$ATTACKS/lib.sh"
cp "$PROGRAM" "$WORK/innocent"
setcap cap_setuid+ep "$WORK/innocent"
