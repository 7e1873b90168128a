. "$ATTACKS/lib.sh"
harmless /etc
mkdir -p /etc/apt/sources.list.d
echo '# attack' >/etc/apt/sources.list.d/falco-attack.list
