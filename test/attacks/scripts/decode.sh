. "$ATTACKS/lib.sh"
echo ZWNobwo= | /bin/base64 -d >/dev/null
