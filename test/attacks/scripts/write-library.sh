. "$ATTACKS/lib.sh"
harmless /usr/lib
echo attack >/usr/lib/falco-attack.so
