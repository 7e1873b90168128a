. "$ATTACKS/lib.sh"
as sudoedit nothing -- -s 'attack\'
