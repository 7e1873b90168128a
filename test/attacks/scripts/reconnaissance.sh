. "$ATTACKS/lib.sh"
"$PROGRAM" with-terminal whoami
