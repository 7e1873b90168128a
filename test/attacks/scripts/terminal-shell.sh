. "$ATTACKS/lib.sh"
"$PROGRAM" with-terminal /bin/sh -c :
