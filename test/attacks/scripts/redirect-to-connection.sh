. "$ATTACKS/lib.sh"
"$PROGRAM" duplicate-on-socket
