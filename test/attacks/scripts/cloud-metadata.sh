. "$ATTACKS/lib.sh"
"$PROGRAM" connect 169.254.169.254 80
