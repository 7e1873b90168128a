. "$ATTACKS/lib.sh"
"$PROGRAM" memfd-exec-by-name
