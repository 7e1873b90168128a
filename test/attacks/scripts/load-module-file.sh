. "$ATTACKS/lib.sh"
echo 'no module' >"$WORK/attack.ko"
"$PROGRAM" finit-module "$WORK/attack.ko"
