# An administrator looks around, and changes a setting.
set -e
uptime
ps -ef >/dev/null
df -h >/dev/null
free >/dev/null
ip address >/dev/null
ss -tlnp >/dev/null || true
dmesg >/dev/null 2>&1 || true
find /var/log -name '*.log' -mtime -1 >/dev/null
du -sh /var/cache >/dev/null
lsof -p 1 >/dev/null 2>&1 || true
grep -i listen /etc/ssh/sshd_config >/dev/null 2>&1 || true
tail -n 20 /var/log/dpkg.log >/dev/null
cp -a /etc/hosts /root/hosts.before
sysctl -n kernel.ostype
sysctl -q -w kernel.printk_ratelimit=5 || true
tar -czf /root/backup.tar.gz /etc/apt /etc/cron.daily /home 2>/dev/null
python3 -c 'import json; print(json.dumps({"a": 1}))' || true
perl -e 'print "hello\n"'
openssl version 2>/dev/null || true
