. "$ATTACKS/lib.sh"
program=/dev/shm/falco-attack
undo "rm -f $program"
cp "$PROGRAM" "$program"
"$program" nothing
