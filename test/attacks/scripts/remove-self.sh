. "$ATTACKS/lib.sh"
cp "$PROGRAM" "$WORK/innocent"
"$WORK/innocent" remove-self "$WORK/innocent"
