. "$ATTACKS/lib.sh"
harmless /root
echo attack >/root/falco-attack
