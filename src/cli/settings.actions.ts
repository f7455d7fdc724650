import { SettingsService } from '../admin/settings.service.js';
import type { JsonObject } from '../common/merge-patch.js';
import { defaultSettings } from '../tenants/tenant-settings.js';
import { inTenant } from './context.js';
import { type OutputOptions, print } from './output.js';

/** A parsed `name=value` or `name.part=value`. */
export interface Assignment {
  name: string;
  part: string | undefined;
  value: string;
}

interface Options extends OutputOptions {
  tenant: string;
}

export async function listSettings(options: Options): Promise<void> {
  print(await inTenant(options.tenant, (app) => Promise.resolve(app.get(SettingsService).all)), options);
}

export async function updateSettings(assignments: Assignment[], options: Options): Promise<void> {
  const changes = assignments.reduce(withAssignment, {});
  const settings = await inTenant(options.tenant, (app) => app.get(SettingsService).change(changes));
  print(changedSettings(settings, changes), options);
}

/** The settings, and parts of settings, that a change contains; null for those that it has removed. */
function changedSettings(settings: object, changes: JsonObject): JsonObject {
  const present = new Map<string, unknown>(Object.entries(settings));
  return Object.fromEntries(
    Object.entries(changes).map(([name, change]) => {
      const value = present.get(name) ?? null;
      return [name, isGroup(change) && isGroup(value) ? changedSettings(value, change) : value];
    }),
  );
}

function isGroup(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Adds `links.storefront=value` to the changes. */
function withAssignment(changes: JsonObject, { name, part, value }: Assignment): JsonObject {
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
