. "$ATTACKS/lib.sh"
"$PROGRAM" shell-on-socket sh -c :
