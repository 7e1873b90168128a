. "$ATTACKS/lib.sh"
/stand-in/debugfs -V
