. "$ATTACKS/lib.sh"
harmless /etc
mkdir -p /etc/cron.d
echo '# attack' >/etc/cron.d/falco-attack
