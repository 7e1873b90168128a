. "$ATTACKS/lib.sh"
harmless /etc
mkdir -p /etc/systemd/system
echo '[Service]' >/etc/systemd/system/falco-attack.service
