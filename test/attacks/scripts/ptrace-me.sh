. "$ATTACKS/lib.sh"
"$PROGRAM" ptrace-me
