. "$ATTACKS/lib.sh"
as sudo nothing -- -u#-1 id
