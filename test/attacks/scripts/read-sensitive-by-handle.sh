. "$ATTACKS/lib.sh"
"$PROGRAM" open-by-handle /etc/shadow
