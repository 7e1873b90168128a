. "$ATTACKS/lib.sh"
/stand-in/docker ps
