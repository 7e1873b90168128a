. "$ATTACKS/lib.sh"
setpriv --reuid 1 --regid 1 --clear-groups "$PROGRAM" with-terminal sh -c :
