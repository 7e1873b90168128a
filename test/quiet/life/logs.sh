# Logs: rsyslogd writes them, logrotate turns them.
set -e
rsyslogd -n -f /etc/quiet-rsyslog.conf -i /run/rsyslogd.pid &
tries=0
until [ -S /run/log.socket ] || [ "$tries" -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
for number in $(seq 200); do echo "line $number"; done | logger --socket /run/log.socket --tag demo
tail -n 5 /var/log/syslog
grep -c 'line 1' /var/log/syslog
logrotate --force /etc/logrotate.conf
logrotate --force /etc/logrotate.conf
ls -l /var/log >/dev/null
zcat -f /var/log/syslog* | wc -l
last -n 5 || true
kill "$(cat /run/rsyslogd.pid)"
