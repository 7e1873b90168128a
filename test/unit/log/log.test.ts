import assert from 'node:assert/strict';
import { levelNumber, LOG_LEVELS, type LogLevel } from '../../../daemon/log/level.js';
import { openLog } from '../../../daemon/log/log.js';
import { logTime, syslogTime } from '../../../daemon/log/timestamp.js';

describe('Times of the log', () => {
  const time = new Date(2021, 8, 6, 6, 3, 1);

  it('are English and local, with two digits for the day', () => {
    assert.equal(logTime(time, false), 'Mon Sep 06 06:03:01 2021');
  });

  it('are UTC in ISO 8601 when that is asked for', () => {
    assert.equal(logTime(new Date('2021-09-16T06:33:11.900Z'), true), '2021-09-16T06:33:11+0000');
  });

  it('have a blank before a day of one digit in syslog', () => {
    assert.equal(syslogTime(time), 'Sep  6 06:03:01');
  });
});

describe('The log', () => {
  const open = (level: LogLevel) => {
    const stderr: string[] = [];
    const syslog: [number, string][] = [];
    const log = openLog({
      level,
      iso8601: false,
      stderr: line => stderr.push(line),
      syslog: (number, text) => syslog.push([number, text]),
    });
    return { log, stderr, syslog };
  };

  it('hands a line to stderr and a text with its level to syslog, at once', () => {
    const { log, stderr, syslog } = open('info');
    log('warning', 'look out\n');
    assert.match(stderr[0]!, /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \d{4}: look out\n$/);
    assert.deepEqual(syslog, [[4, 'look out']]);
  });

  it('leaves out what is less important than its level', () => {
    for (const level of LOG_LEVELS) {
      const { log, syslog } = open(level);
      for (const each of LOG_LEVELS) log(each, each);
      assert.deepEqual(
        syslog.map(([number]) => number),
        LOG_LEVELS.slice(0, levelNumber(level) + 1).map(levelNumber),
      );
    }
  });

  it('says nothing, and nothing of that, when it has nowhere to go', () => {
    openLog({ level: 'debug', iso8601: false })('error', 'unheard');
  });

  it('keeps percent signs and braces as they are', () => {
    const { log, syslog } = open('info');
    log('info', '%s %d {a} %');
    assert.deepEqual(syslog, [[6, '%s %d {a} %']]);
  });
});
