. "$ATTACKS/lib.sh"
harmless /usr/bin
mkdir /usr/bin/falco-attack
