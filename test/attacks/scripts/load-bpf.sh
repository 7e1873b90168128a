. "$ATTACKS/lib.sh"
"$PROGRAM" bpf-load
