. "$ATTACKS/lib.sh"
"$PROGRAM" remove-module
