. "$ATTACKS/lib.sh"
"$PROGRAM" ptrace-seize
