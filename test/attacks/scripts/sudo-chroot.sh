. "$ATTACKS/lib.sh"
as sudo nothing -- -R "$WORK" id
