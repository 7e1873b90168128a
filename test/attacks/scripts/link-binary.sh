. "$ATTACKS/lib.sh"
harmless /usr/bin
ln -s "$PROGRAM" /usr/bin/falco-attack
