. "$ATTACKS/lib.sh"
cp "$PROGRAM" "$WORK/innocent"
"$PROGRAM" set-capability "$WORK/innocent"
