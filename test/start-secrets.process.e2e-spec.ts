import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStartError } from '../src/start-error.js';
import { loadConfig } from '../src/config/config.js';
import { Log } from '../src/log.js';
import { redactor } from '../src/config/redact.js';
import { runInProcess } from './support/command-line.js';
import { type MalformedSetting, malformedSettings, validSettings } from './support/malformed-settings.js';
import { Service } from './support/server.js';
import { thrownBy } from './support/thrown-by.js';

const secretsIn = (text: string, secrets: string[]): string[] =>
  secrets.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));

describe('a start with a malformed setting', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const settings = ({ env }: MalformedSetting) => ({ ...validSettings, ...env });

  it.each(malformedSettings.filter(({ onlyAtStart }) => !onlyAtStart))(
    'names the setting and contains no secret: $title',
    (malformed) => {
      const { message } = thrownBy(() => loadConfig(settings(malformed)));
      expect(message).toContain(Object.keys(malformed.env)[0]);
      expect(secretsIn(message, malformed.secrets)).toEqual([]);
    },
  );

  /** A start reports all malformed settings, so each of these starts has several. */
  const combine = (titles: string[]): MalformedSetting => {
    const selected = malformedSettings.filter(({ title }) => titles.includes(title));
    if (selected.length !== titles.length) throw new Error('A title is not that of a malformed setting');
    return {
      title: titles.join(', '),
      env: Object.assign({}, ...selected.map(({ env }) => env)) as MalformedSetting['env'],
      secrets: selected.flatMap(({ secrets }) => secrets),
    };
  };
  const starts = [
    combine(['a key in Base64', 'a database URL with a slash in its password', 'a mail URL with a wrong escape']),
    combine(['two keys in Base64', 'a database URL with a wrong escape', 'a short secret']),
    ...malformedSettings.filter(({ onlyAtStart }) => onlyAtStart),
  ];

  it.each(starts)(
    'prints no secret from main, migrate or the command line: $title',
    async (malformed) => {
      const env = settings(malformed);
      const started = await Promise.all(
        ['main.js', 'run-migrations.js', 'cli/foyer.js'].map(async (program) => {
          const flags = program.includes('cli') ? ['tenant', 'list'] : [];
          const service = await Service.spawn(env, { program, flags, cwd });
          return { program, code: await service.exit, output: service.output };
        }),
      );
      for (const { program, code, output } of started) {
        expect({ program, code, output }).toEqual({ program, code: 1, output: expect.stringMatching(/\S/) as string });
        expect({ program, secrets: secretsIn(output, malformed.secrets) }).toEqual({ program, secrets: [] });
        if (program !== 'main.js' || malformed.onlyAtStart) continue;
        for (const name of Object.keys(malformed.env)) expect(output).toContain(name);
      }
      const listed = await runInProcess(['key', 'list'], { env });
      expect(secretsIn(listed.out + listed.err, malformed.secrets)).toEqual([]);
    },
    120_000,
  );

  it.each(malformedSettings)('removes secrets from an unexpected error: $title', (malformed) => {
    const env = settings(malformed);
    const cause = new Error(`in ${JSON.stringify(env)}`);
    const error = Object.assign(new Error(Object.values(env).join(' '), { cause }), { input: env.DATABASE_URL });
    expect(secretsIn(describeStartError(error, env), malformed.secrets)).toEqual([]);
  });

  it('removes secrets from warnings and errors of the log', () => {
    const env = { ...validSettings, DATABASE_URL: 'postgresql://foyer:Pa55%2Fword@db/foyer' };
    const log = new Log('info', redactor(env));
    let output = '';
    for (const method of ['info', 'warn', 'error'] as const) {
      log.pino[method] = (...parts: unknown[]) => void (output += JSON.stringify(parts));
    }
    log.warn(`${env.DATABASE_URL} Pa55/word`, 'jobs');
    log.error(new Error(env.FOYER_SECRET), 'http');
    log.error({ url: env.DATABASE_URL }, 'mailer');
    expect(output).toContain('[secret]');
    expect(secretsIn(output, ['Pa55', env.FOYER_SECRET])).toEqual([]);
  });
});
