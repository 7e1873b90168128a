. "$ATTACKS/lib.sh"
"$PROGRAM" drop "$WORK/innocent"
"$WORK/innocent" nothing
