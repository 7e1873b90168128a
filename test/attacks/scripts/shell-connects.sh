. "$ATTACKS/lib.sh"
# To an address of this host that is not loopback; where there is none, to one that belongs to nobody.
address=$(hostname -I 2>/dev/null | cut -d ' ' -f 1)
port=1
[ -z "$address" ] || listen "$address"
timeout 1 bash -c "echo >/dev/tcp/${address:-192.0.2.1}/$port" 2>/dev/null || true
