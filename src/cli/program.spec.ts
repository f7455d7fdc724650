import { jest } from '@jest/globals';
import { foyer } from './program.js';

describe('the command line', () => {
  const written = { out: '', err: '' };
  beforeEach(() => {
    Object.assign(written, { out: '', err: '' });
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((written.out += String(text))));
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((written.err += String(text))));
  });
  afterEach(() => jest.restoreAllMocks());

  const shop = ['--tenant', 'shop'];

  it.each([
    [[]],
    [['tenant', 'create']],
    [['settings', 'set']],
    [['client', 'revoke']],
    [['employee', 'set']],
    [['key']],
  ])('helps with %j', async (command) => {
    expect(await foyer([...command, '--help'])).toBe(0);
    expect(written).toEqual({ out: expect.stringContaining(`Usage: ${['foyer', ...command].join(' ')}`), err: '' });
  });

  it.each([
    [[]],
    [['nonsense']],
    [['tenant', 'create']],
    [['client', 'list']],
    [['client', 'create', 'x', ...shop, '--kind', 'robot']],
    [['client', 'set', 'shop-x', ...shop]],
    [['employee', 'create', 'a@b.example', ...shop]],
    [['employee', 'set', 'a@b.example', ...shop]],
    [['settings', 'set', 'activation', ...shop]],
    [['settings', 'set', '__proto__.x=1', ...shop]],
    [['tenant', 'list', '--nonsense']],
  ])('does not understand %j', async (words) => {
    expect(await foyer(words)).toBe(2);
    expect(written).toEqual({ out: '', err: expect.stringMatching(/./) });
  });
});
