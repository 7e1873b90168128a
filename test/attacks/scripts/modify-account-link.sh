. "$ATTACKS/lib.sh"
# Another program takes its place.
harmless /usr/bin
ln -sf "$PROGRAM" /usr/bin/passwd
