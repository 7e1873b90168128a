. "$ATTACKS/lib.sh"
"$PROGRAM" mem-write
