. "$ATTACKS/lib.sh"
cp "$PROGRAM" "$WORK/innocent"
"$WORK/innocent" nothing
