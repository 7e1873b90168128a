. "$ATTACKS/lib.sh"
harmless /etc
chmod 644 /etc/shadow
