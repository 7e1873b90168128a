# Before anybody watches: what others have made or set earlier. Packages of a vendor, a key that may log in, settings.
set -e
mkdir -p /srv/packages
cd /srv/packages
package() {
  version=$1
  rm -rf tree
  mkdir -p tree/DEBIAN tree/usr/bin tree/usr/lib/quiet-demo tree/etc/cron.d tree/etc/logrotate.d tree/lib/systemd/system
  cat >tree/DEBIAN/control <<END
Package: quiet-demo
Version: $version
Architecture: all
Maintainer: Nobody <nobody@example.com>
Depends: adduser
Description: a service as packages bring them
END
  printf '#!/bin/sh\necho quiet-demo %s\n' "$version" >tree/usr/bin/quiet-demo
  chmod 755 tree/usr/bin/quiet-demo
  cp /bin/true tree/usr/lib/quiet-demo/helper
  chmod 4755 tree/usr/lib/quiet-demo/helper
  printf 'setting=%s\n' "$version" >tree/etc/quiet-demo.conf
  printf '# daily\n5 4 * * * root /usr/bin/quiet-demo\n' >tree/etc/cron.d/quiet-demo
  printf '/var/log/quiet-demo.log {\n  weekly\n  missingok\n}\n' >tree/etc/logrotate.d/quiet-demo
  printf '[Service]\nExecStart=/usr/bin/quiet-demo\n[Install]\nWantedBy=multi-user.target\n' >tree/lib/systemd/system/quiet-demo.service
  printf '/etc/quiet-demo.conf\n/etc/cron.d/quiet-demo\n/etc/logrotate.d/quiet-demo\n' >tree/DEBIAN/conffiles
  cat >tree/DEBIAN/postinst <<'END'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  adduser --quiet --system --group --no-create-home --home /var/lib/quiet-demo quiet-demo
  install -d -o quiet-demo -g quiet-demo -m 750 /var/lib/quiet-demo
  touch /var/log/quiet-demo.log
  chown quiet-demo /var/log/quiet-demo.log
  if command -v deb-systemd-helper >/dev/null; then deb-systemd-helper enable quiet-demo.service >/dev/null || true; fi
  ldconfig
fi
END
  cat >tree/DEBIAN/postrm <<'END'
#!/bin/sh
set -e
if [ "$1" = purge ]; then
  if command -v deb-systemd-helper >/dev/null; then deb-systemd-helper purge quiet-demo.service >/dev/null || true; fi
  rm -rf /var/lib/quiet-demo /var/log/quiet-demo.log
  deluser --quiet --system quiet-demo || true
fi
END
  chmod 755 tree/DEBIAN/postinst tree/DEBIAN/postrm
  dpkg-deb --build --root-owner-group tree "quiet-demo_$version.deb" >/dev/null
}
package 1.0
package 1.1
rm -rf tree
install -d -m 700 /root/.ssh
rm -f /root/.ssh/id_ed25519 /root/.ssh/id_ed25519.pub
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
# Jobs of packages that wait at random would be late.
echo 'APT::Periodic::RandomSleep "0";' >/etc/apt/apt.conf.d/99-quiet
cat >/etc/quiet-rsyslog.conf <<'END'
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="/run/log.socket")
*.* /var/log/syslog
auth,authpriv.* /var/log/auth.log
END
