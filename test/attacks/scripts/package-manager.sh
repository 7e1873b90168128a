. "$ATTACKS/lib.sh"
/stand-in/apt-get install attack
