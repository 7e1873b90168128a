. "$ATTACKS/lib.sh"
/stand-in/useradd attacker
