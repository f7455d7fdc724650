import schema, { type SettingSchema } from 'virtual:settings-schema';
import { useId, useState } from 'preact/hooks';
import { getSettings, updateSettings } from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import { type Call, dataOf } from '../api/calls.ts';
import { type ApiFailure, toFailure } from '../api/failure.ts';
import { tenant } from '../api/session.ts';
import { formatFailure, inWords } from '../format.ts';
import { useLoaded, useTitle } from '../hooks.ts';
import { ApiCall } from '../parts/dialog.tsx';
import { Alert, Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { settingText, t } from '../texts/index.ts';

type Json = Record<string, unknown>;

/** The settings whose properties are objects themselves. They are entered as JSON. */
const NESTED = new Set(['tokenExchange']);

/** The texts that may have several lines, which a schema cannot state. */
const MULTILINE = new Set(['brand.footer']);

/** The name and the description of a setting, or of a group of settings. */
function textOf(path: string, { description = '' }: SettingSchema): readonly [name: string, description: string] {
  return settingText(path) ?? [inWords(path.split('.').at(-1) ?? path), description.replaceAll('`', '')];
}

/** The settings of the tenant: a form that follows the schema of the API, with its descriptions. */
export function Settings(): preact.JSX.Element {
  const settings = useLoaded<Json>(
    'settings',
    () => dataOf(getSettings({ path: { tenant } })) as Promise<unknown> as Promise<Json>,
  );
  useTitle(t.nav.settings);
  return (
    <>
      <h1>{t.nav.settings}</h1>
      <Show loaded={settings}>{(stored) => <Form stored={stored} onSaved={settings.reload} />}</Show>
    </>
  );
}

function Form({ stored, onSaved }: { stored: Json; onSaved: () => void }): preact.JSX.Element {
  /** The changed settings by their dotted paths, such as `links.storefront`. */
  const [changes, setChanges] = useState<Json>({});
  const [failure, setFailure] = useState<ApiFailure>();
  const isChanged = Object.keys(changes).length > 0;
  const valueOf = (path: string): unknown => (path in changes ? changes[path] : valueAt(stored, path));
  const change = (path: string, value: unknown): void => {
    const { [path]: _, ...others } = changes;
    const isStored = JSON.stringify(value) === JSON.stringify(valueAt(stored, path));
    setChanges(isStored ? others : { ...others, [path]: value });
  };
  const call: Call = (client) => updateSettings({ client, path: { tenant }, body: toPatch(changes) });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      await dataOf(call());
      setChanges({});
      announce(t.saved);
      onSaved();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  const input = (path: string, property: SettingSchema): preact.JSX.Element => (
    <Setting
      key={path}
      path={path}
      property={property}
      value={valueOf(path)}
      error={failure?.fields[path]}
      onChange={(value) => change(path, value)}
    />
  );
  const names = Object.keys(schema);
  const isGroup = (name: string): boolean => schema[name]?.properties !== undefined && !NESTED.has(name);
  const simple = names.filter((name) => !isGroup(name));
  const groups = names.filter(isGroup);
  const section = (
    [title, description]: readonly [string, string],
    paths: [string, SettingSchema][],
  ): preact.JSX.Element => (
    <fieldset class="card" key={title}>
      <legend>{title}</legend>
      {description && <p class="hint">{description}</p>}
      {paths.map(([path, property]) => input(path, property))}
    </fieldset>
  );
  const groupSection = (group: string): preact.JSX.Element => {
    const { properties = {}, ...rest } = schema[group] ?? {};
    return section(
      textOf(group, rest),
      Object.entries(properties).map(([name, property]) => [`${group}.${name}`, property]),
    );
  };
  return (
    <form class="settings" onSubmit={(event) => void save(event)}>
      {section(
        [t.settings.general, ''],
        simple.map((name) => [name, schema[name] ?? {}]),
      )}
      {groups.map(groupSection)}
      <div class="sticky">
        {failure && <Alert>{formatFailure(failure)}</Alert>}
        {isChanged && <ApiCall key={JSON.stringify(changes)} call={call} />}
        <div class="buttons">
          <button type="submit" class="primary" disabled={!isChanged}>
            {t.save}
          </button>
          {isChanged && (
            <button type="button" onClick={() => setChanges({})}>
              {t.discard}
            </button>
          )}
        </div>
      </div>
    </form>
  );
}

interface SettingProps {
  path: string;
  property: SettingSchema;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

/** One setting: a checkbox, a select, a number, a text, one line per entry of a list, or JSON. */
function Setting({ path, property, value, error, onChange }: SettingProps): preact.JSX.Element {
  const id = useId();
  const { type, items, enum: options, minimum, maximum } = property;
  const [label, description] = textOf(path, property);
  const isList = type === 'array' && items?.type === 'string';
  const isText = type === 'string' || typeof value === 'string';
  const common = {
    id,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': error ? true : undefined,
  } as const;
  const hint = (
    <>
      <p class="hint" id={`${id}-hint`}>
        {description}
      </p>
      {error && <p class="error">{error}</p>}
    </>
  );
  if (type === 'boolean') {
    return (
      <div class="field check">
        <input
          {...common}
          type="checkbox"
          checked={value === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
        <label for={id}>{label}</label>
        {hint}
      </div>
    );
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options ? (
        <select {...common} value={String(value)} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : isList ? (
        <textarea
          {...common}
          rows={3}
          value={Array.isArray(value) ? value.join('\n') : ''}
          onChange={({ currentTarget }) =>
            onChange(
              currentTarget.value
                .split('\n')
                .map((line) => line.trim())
                .filter(Boolean),
            )
          }
        />
      ) : type === 'integer' || type === 'number' ? (
        <input
          {...common}
          type="number"
          min={minimum}
          max={maximum}
          value={String(value)}
          onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
        />
      ) : MULTILINE.has(path) ? (
        <textarea
          {...common}
          rows={4}
          maxLength={property.maxLength}
          value={typeof value === 'string' ? value : ''}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      ) : isText ? (
        <input
          {...common}
          value={typeof value === 'string' ? value : ''}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      ) : (
        <JsonInput common={common} value={value} onChange={onChange} />
      )}
      {hint}
    </div>
  );
}

function JsonInput({
  common,
  value,
  onChange,
}: {
  common: object;
  value: unknown;
  onChange: (value: unknown) => void;
}): preact.JSX.Element {
  return (
    <textarea
      {...common}
      class="code"
      rows={6}
      spellcheck={false}
      value={JSON.stringify(value, null, 2)}
      onChange={({ currentTarget }) => {
        try {
          onChange(JSON.parse(currentTarget.value));
          currentTarget.setCustomValidity('');
        } catch {
          currentTarget.setCustomValidity(t.settings.invalidJson);
          currentTarget.reportValidity();
        }
      }}
    />
  );
}

function valueAt(settings: Json, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Json | undefined)?.[name], settings);
}

/** The body of a change: `{'links.storefront': …}` becomes `{links: {storefront: …}}`. */
function toPatch(changes: Json): Json {
  const body: Json = {};
  for (const [path, value] of Object.entries(changes)) {
    const [group = '', name] = path.split('.');
    body[group] = name === undefined ? value : { ...(body[group] as Json | undefined), [name]: value };
  }
  return body;
}
