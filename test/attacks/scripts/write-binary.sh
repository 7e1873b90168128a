. "$ATTACKS/lib.sh"
harmless /usr/bin
cp "$PROGRAM" /usr/bin/falco-attack
