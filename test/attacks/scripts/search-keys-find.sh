. "$ATTACKS/lib.sh"
find "$WORK" -name id_rsa
