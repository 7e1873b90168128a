. "$ATTACKS/lib.sh"
/stand-in/scp attack: "$WORK/"
