. "$ATTACKS/lib.sh"
harmless /boot
echo attack >/boot/falco-attack
