. "$ATTACKS/lib.sh"
setpriv --reuid 65534 --clear-groups "$PROGRAM" userfaultfd
