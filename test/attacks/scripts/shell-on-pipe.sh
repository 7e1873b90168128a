. "$ATTACKS/lib.sh"
mkfifo "$WORK/pipe"
echo : >"$WORK/pipe" &
sh <"$WORK/pipe"
