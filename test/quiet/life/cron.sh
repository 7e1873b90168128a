# Cron: an administrator's table of jobs, and the daily jobs of the packages.
set -e
command -v cron >/dev/null || { echo 'cron is not installed' >&2; exit 75; }
cat >/root/jobs <<'END'
PATH=/usr/sbin:/usr/bin:/sbin:/bin
* * * * * cd / && run-parts --report /etc/cron.daily >/var/log/daily 2>&1; date >/run/daily.done
END
crontab /root/jobs
crontab -l >/dev/null
# As its unit does.
/usr/sbin/cron -f &
cd /
run-parts --report /etc/cron.daily
run-parts --report /etc/cron.weekly
