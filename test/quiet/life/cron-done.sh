# Cron: the jobs have run.
[ -e /run/crond.pid ] || { echo 'cron is not installed' >&2; exit 75; }
tries=0
until [ -e /run/daily.done ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 75 ] || exit 1
  sleep 1
done
kill "$(cat /run/crond.pid)"
