. "$ATTACKS/lib.sh"
echo >"$WORK/innocent"
chmod +x "$WORK/innocent"
