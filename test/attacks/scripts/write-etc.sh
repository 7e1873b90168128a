. "$ATTACKS/lib.sh"
harmless /etc
echo '# attack' >/etc/falco-attack
