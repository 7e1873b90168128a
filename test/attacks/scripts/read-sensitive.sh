. "$ATTACKS/lib.sh"
cat /etc/shadow >/dev/null
