. "$ATTACKS/lib.sh"
# To an address of this host that is not loopback where there is one; 192.0.2.1 belongs to nobody.
address=$(hostname -I 2>/dev/null | cut -d ' ' -f 1)
timeout 1 bash -c "echo >/dev/tcp/${address:-192.0.2.1}/1" 2>/dev/null || true
