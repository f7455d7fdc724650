import { Command, InvalidArgumentError } from 'commander';
import { SettingsService } from '../admin/settings.service.js';
import type { JsonObject } from '../common/merge-patch.js';
import { defaultSettings } from '../tenants/tenant-settings.js';
import { inTenant } from './context.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
}

export function settingsCommand(): Command {
  const settings = new Command('settings').description('Manage the settings of a tenant');
  settings
    .command('list')
    .description('List all settings of a tenant, including the defaults')
    .requiredOption('--tenant <tenant>', 'the tenant of the settings')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      print(await inTenant(options.tenant, (app) => Promise.resolve(app.get(SettingsService).all)), options);
    });
  settings
    .command('set')
    .description('Update settings and print their new values. If one value is invalid, nothing changes')
    .argument('<setting=value...>', 'links.storefront=https://acme.example/ restrictions=DE,AT mailFrom=', collect)
    .requiredOption('--tenant <tenant>', 'the tenant of the settings')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nA value is JSON or plain text; a list may be given as words separated by commas. An empty value resets the ' +
        'setting to its default.',
    )
    .action(async (changes: JsonObject, options: Options) => {
      const settings = await inTenant(options.tenant, (app) => app.get(SettingsService).change(changes));
      print(named(settings, changes), options);
    });
  return settings;
}

/** The settings, and parts of settings, that a change contains; null for those that it has removed. */
function named(settings: object, changes: JsonObject): JsonObject {
  const present = new Map<string, unknown>(Object.entries(settings));
  return Object.fromEntries(
    Object.entries(changes).map(([name, change]) => {
      const value = present.get(name) ?? null;
      return [name, isGroup(change) && isGroup(value) ? named(value, change) : value];
    }),
  );
}

function isGroup(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Adds `links.storefront=value` to the changes. @throws InvalidArgumentError */
function collect(pair: string, changes: JsonObject = {}): JsonObject {
  const [, name = '', part, value = ''] = /^([a-z]\w*)(?:\.([a-z]\w*))?=(.*)$/is.exec(pair) ?? [];
  if (!name) throw new InvalidArgumentError('The argument must have the form setting=value.');
  if (!part) return { ...changes, [name]: isList(name) ? listOf(value) : valueOf(value) };
  return { ...changes, [name]: { ...(changes[name] as JsonObject | undefined), [part]: valueOf(value) } };
}

function isList(name: string): boolean {
  return Object.entries(defaultSettings).some(([known, value]) => known === name && Array.isArray(value));
}

/** Parses `DE,AT`, or JSON for lists of objects. */
function listOf(text: string): unknown {
  if (text === '' || text.startsWith('[')) return valueOf(text);
  return text.split(',').map((word) => word.trim());
}

function valueOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
