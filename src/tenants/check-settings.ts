import { validateSync } from 'class-validator';
import { Failure, type Finding } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { PROVIDER_NAME, type Parts, isObject, isProviderName, rulesOf } from './setting-validators.js';
import { type SettingsPatch, TenantSettings } from './tenant-settings.js';

/**
 * Validates a change of settings. An unknown setting is invalid, because a typo must not go unnoticed. Null resets a
 * setting, so it is always valid.
 *
 * @throws Failure `invalid_input` with every invalid setting
 */
export function checkedSettings(input: JsonObject): SettingsPatch {
  const findings = [...findingsOf({ type: TenantSettings, form: 'group' }, input, '')];
  if (findings.length > 0) throw new Failure('invalid_input', { findings: findings.slice(0, 50) });
  return input;
}

/**
 * The findings for an object, in the order of its properties. They may be absent or null, except in the objects of a
 * list, which replace the present ones.
 *
 * @param path the path of the object with a dot, or an empty text
 */
function* findingsOf({ type, form }: Parts, input: JsonObject, path: string): Generator<Finding> {
  const rules = rulesOf(type);
  const known = Object.fromEntries(Object.entries(input).filter(([name]) => rules.has(name)));
  const instance = Object.assign(Object.create(type.prototype as object) as object, known);
  const errors = validateSync(instance, { skipMissingProperties: form !== 'list' });
  const messages = new Map(errors.map(({ property, constraints = {} }) => [property, Object.values(constraints)[0]]));
  for (const name of new Set([...Object.keys(input), ...messages.keys()])) {
    const field = shortened(`${path}${name}`);
    if (!rules.has(name)) {
      yield { field, message: `${field} ${form === 'group' ? 'is not a setting' : 'is not known'}` };
    } else if (messages.has(name)) yield { field, message: `${path}${messages.get(name)}` };
    else yield* findingsOfParts(rules.get(name)?.parts, input[name], field);
  }
}

function* findingsOfParts(parts: Parts | undefined, value: unknown, field: string): Generator<Finding> {
  if (parts && Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const at = `${field}.${index}`;
      yield* findingsOfPart(parts, item, at);
      if (isObject(item)) yield* parts.conflicts?.(item, value.slice(0, index).filter(isObject), at) ?? [];
    }
  } else if (parts?.form === 'map' && isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const at = shortened(`${field}.${name}`);
      if (!isProviderName(name)) yield { field: at, message: `${at}: the name ${PROVIDER_NAME}` };
      else if (item !== null) yield* findingsOfPart(parts, item, at);
    }
  } else if (parts && isObject(value)) yield* findingsOf(parts, value, `${field}.`);
}

function* findingsOfPart(parts: Parts, value: unknown, field: string): Generator<Finding> {
  if (isObject(value)) yield* findingsOf(parts, value, `${field}.`);
  else yield { field, message: `${field} must be an object` };
}

/** A key may be as long as the body. */
function shortened(field: string): string {
  return field.slice(0, 200);
}
