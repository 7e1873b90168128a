. "$ATTACKS/lib.sh"
harmless /usr/sbin
cp "$PROGRAM" /usr/sbin/chpasswd
