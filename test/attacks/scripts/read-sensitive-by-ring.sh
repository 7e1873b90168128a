. "$ATTACKS/lib.sh"
"$PROGRAM" open-by-ring /etc/shadow
