. "$ATTACKS/lib.sh"
"$PROGRAM" unshare
