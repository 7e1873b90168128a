. "$ATTACKS/lib.sh"
"$PROGRAM" memfd-exec
