. "$ATTACKS/lib.sh"
harmless /usr/local/bin
cp "$PROGRAM" /usr/local/bin/falco-attack
