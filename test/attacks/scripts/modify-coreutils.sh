. "$ATTACKS/lib.sh"
harmless /usr/bin
cp "$PROGRAM" /usr/bin/sha224sum
