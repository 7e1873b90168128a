. "$ATTACKS/lib.sh"
"$PROGRAM" send-udp 192.0.2.1 4242
