. "$ATTACKS/lib.sh"
harmless /etc
ln /etc/shadow /etc/falco-attack
