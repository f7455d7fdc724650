import schema, { type SettingSchema } from 'virtual:settings-schema';
import { useId, useState } from 'preact/hooks';
import { getSettings, updateSettings } from '../../../clients/typescript/src/sdk.gen.ts';
import { type Call, dataOf } from '../api/calls.ts';
import { ApiFailure } from '../api/failure.ts';
import { tenant } from '../api/session.ts';
import { formatFailure, inWords } from '../format.ts';
import { useLoaded, useTitle } from '../hooks.ts';
import { ApiCall } from '../parts/dialog.tsx';
import { Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';

type Json = Record<string, unknown>;

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
  const valueOf = (path: string): unknown => (path in changes ? changes[path] : at(stored, path));
  const change = (path: string, value: unknown): void => {
    const { [path]: _, ...others } = changes;
    const isStored = JSON.stringify(value) === JSON.stringify(at(stored, path));
    setChanges(isStored ? others : { ...others, [path]: value });
  };
  const call: Call = (client) => updateSettings({ client, path: { tenant }, body: nested(changes) });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      await dataOf(call());
      setChanges({});
      announce(t.saved);
      onSaved();
    } catch (error) {
      setFailure(error instanceof ApiFailure ? error : new ApiFailure(0, ''));
    }
  };
  const input = (path: string, property: SettingSchema): preact.JSX.Element => (
    <Setting
      key={path}
      {...{ path, property, value: valueOf(path) }}
      error={failure?.fields[path]}
      onChange={(value) => change(path, value)}
    />
  );
  const names = Object.keys(schema);
  const simple = names.filter((name) => !schema[name]?.properties);
  const groups = names.filter((name) => schema[name]?.properties && name !== 'tokenExchange');
  const section = (
    title: string,
    description: string | undefined,
    paths: [string, SettingSchema][],
  ): preact.JSX.Element => (
    <fieldset class="card" key={title}>
      <legend>{title}</legend>
      {description && <p class="hint">{description}</p>}
      {paths.map(([path, property]) => input(path, property))}
    </fieldset>
  );
  return (
    <form class="settings" onSubmit={(event) => void save(event)}>
      {section(
        t.settings.general,
        undefined,
        simple.map((name) => [name, schema[name] ?? {}]),
      )}
      {groups.map((group) =>
        section(
          inWords(group),
          schema[group]?.description,
          Object.entries(schema[group]?.properties ?? {}).map(([name, property]) => [`${group}.${name}`, property]),
        ),
      )}
      {'tokenExchange' in schema &&
        section(inWords('tokenExchange'), undefined, [
          ['tokenExchange', { description: schema.tokenExchange?.description }],
        ])}
      <div class="sticky">
        {failure && (
          <p class="notice notice-bad" role="alert">
            {formatFailure(failure)}
          </p>
        )}
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
  const { type, items, enum: options, description, minimum, maximum } = property;
  const label = inWords(path.split('.').at(-1) ?? path);
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
        {description?.replaceAll('`', '')}
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

function at(settings: Json, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Json | undefined)?.[name], settings);
}

/** `{'links.storefront': …}` as `{links: {storefront: …}}`. */
function nested(changes: Json): Json {
  const body: Json = {};
  for (const [path, value] of Object.entries(changes)) {
    const [group = '', name] = path.split('.');
    body[group] = name === undefined ? value : { ...(body[group] as Json | undefined), [name]: value };
  }
  return body;
}
