. "$ATTACKS/lib.sh"
/stand-in/ssh attack
