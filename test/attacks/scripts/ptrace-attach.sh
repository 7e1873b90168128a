. "$ATTACKS/lib.sh"
"$PROGRAM" ptrace-attach
