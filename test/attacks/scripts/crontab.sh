. "$ATTACKS/lib.sh"
as crontab nothing -- -
