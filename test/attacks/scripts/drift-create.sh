. "$ATTACKS/lib.sh"
"$PROGRAM" drop "$WORK/innocent"
