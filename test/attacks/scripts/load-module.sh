. "$ATTACKS/lib.sh"
"$PROGRAM" init-module
