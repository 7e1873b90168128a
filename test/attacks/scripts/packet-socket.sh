. "$ATTACKS/lib.sh"
"$PROGRAM" packet-socket
