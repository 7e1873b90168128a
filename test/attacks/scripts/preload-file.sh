. "$ATTACKS/lib.sh"
# The file stays empty: it is read by every program that starts there.
harmless /etc
: >/etc/ld.so.preload
