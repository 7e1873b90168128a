. "$ATTACKS/lib.sh"
ln -s /etc/shadow "$WORK/innocent"
