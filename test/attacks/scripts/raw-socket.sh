. "$ATTACKS/lib.sh"
"$PROGRAM" raw-socket
