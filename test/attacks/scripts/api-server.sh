. "$ATTACKS/lib.sh"
"$PROGRAM" connect 192.0.2.1 6443
