. "$ATTACKS/lib.sh"
"$PROGRAM" vm-write
