. "$ATTACKS/lib.sh"
harmless /etc
mkdir -p /etc/pam.d
echo '# attack' >/etc/pam.d/falco-attack
