. "$ATTACKS/lib.sh"
"$PROGRAM" become-root
