import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsDe } from '../../backoffice/src/texts/settings-de.js';

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
}

const { components } = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi/emporix.json'), 'utf8')) as {
  components: { schemas: Record<string, Schema> };
};

/** The names of the properties of a schema, and of the groups in it. */
function pathsOf({ properties = {} }: Schema = {}, depth = 0): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const reference = [property, ...(property.allOf ?? [])]
      .find(({ $ref }) => $ref)
      ?.$ref?.split('/')
      .at(-1);
    const group = reference === undefined ? undefined : components.schemas[reference];
    const isGroup = group !== undefined && depth === 0 && name !== 'tokenExchange';
    return [name, ...(isGroup ? pathsOf(group, 1).map((part) => `${name}.${part}`) : [])];
  });
}

describe('the settings in the back office', () => {
  const paths = pathsOf(components.schemas.TenantSettings);

  it('all have a German name and a German description', () => {
    expect(paths).toContain('lifetimes.customerAccess');
    expect(paths.filter((path) => !settingsDe[path]?.every(Boolean))).toEqual([]);
  });

  it('have no German text without a setting', () => {
    expect(Object.keys(settingsDe).filter((path) => !paths.includes(path))).toEqual([]);
  });
});
