. "$ATTACKS/lib.sh"
echo ZWNobwo= | base64 -d >/dev/null
