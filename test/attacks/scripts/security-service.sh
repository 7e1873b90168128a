. "$ATTACKS/lib.sh"
as systemctl nothing -- stop auditd
