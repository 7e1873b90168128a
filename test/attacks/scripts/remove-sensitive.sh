. "$ATTACKS/lib.sh"
harmless /etc
rm /etc/shadow
