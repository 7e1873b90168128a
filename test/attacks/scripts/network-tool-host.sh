. "$ATTACKS/lib.sh"
as nmap nothing -- 127.0.0.1
