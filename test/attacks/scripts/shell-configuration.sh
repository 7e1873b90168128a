. "$ATTACKS/lib.sh"
harmless /etc
echo '# attack' >>/etc/profile
