. "$ATTACKS/lib.sh"
"$PROGRAM" deleted-exec "$WORK/innocent"
