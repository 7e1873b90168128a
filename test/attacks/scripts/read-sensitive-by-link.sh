. "$ATTACKS/lib.sh"
# Another name, a folder that is a link, and a path through /proc.
ln -s /etc "$WORK/innocent"
cat "/proc/self/root$WORK/innocent/shadow" >/dev/null
