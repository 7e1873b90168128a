. "$ATTACKS/lib.sh"
cp "$PROGRAM" "$WORK/innocent"
chmod u+s "$WORK/innocent"
