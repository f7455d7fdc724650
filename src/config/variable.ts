/** How the text of a variable is read. */
export interface Reader<T> {
  /** The text that follows the name, in messages and in the reference: `must be on or off`. */
  rule: string;
  /**
   * @returns the value, or undefined if the text breaks the rule
   * @throws InvalidVariable if there is more to say than the rule
   */
  read: (text: string) => T | undefined;
}

/** A detail of why a text breaks the rule. It must not contain the text, which may be a secret. */
export class InvalidVariable extends Error {}

interface Options {
  example?: string;
  /** The modes in which the variable has no default. */
  requiredIn?: string[];
  /** Describes a default that is not a constant. */
  otherwise?: string;
}

/** An environment variable that sets a property of the configuration. */
export interface VariableFacts extends Reader<unknown>, Options {
  name: string;
}

const declared = new Map<object, Map<string, VariableFacts>>();

/** The property is set by an environment variable. Its initial value is the default. An empty variable counts as absent. */
export function Variable<T>(name: string, reader: Reader<T>, options: Options = {}) {
  return <Property extends string>(target: Record<Property, T | null>, property: Property): void => {
    const variables = declared.get(target) ?? new Map<string, VariableFacts>();
    declared.set(target, variables.set(property, { name, ...reader, ...options }));
  };
}

/** The variables of an object and of the objects in it, each with the object and the property that it sets. */
export function* variablesOf(target: object): Generator<VariableFacts & { target: object; property: string }> {
  for (const [property, value] of Object.entries(target) as [string, unknown][]) {
    const variable = declared.get(Object.getPrototypeOf(target) as object)?.get(property);
    if (variable) yield { ...variable, target, property };
    else if (typeof value === 'object' && value !== null) yield* variablesOf(value);
  }
}

/**
 * Sets the properties of an object from the environment.
 *
 * @returns a message for each variable that is invalid, or required and absent
 */
export function readVariables(
  env: Record<string, string | undefined>,
  target: object,
  isRequired: (variable: VariableFacts) => boolean,
): string[] {
  return [...variablesOf(target)].flatMap((variable) => {
    const { name, rule, example } = variable;
    const rules = `${rule}${example ? `, such as ${example}` : ''}`;
    const text = env[name];
    if (!text) return isRequired(variable) ? `${name} is required: it ${rules}` : [];
    try {
      const value = variable.read(text);
      if (value === undefined) return `${name} ${rules}`;
      Object.assign(variable.target, { [variable.property]: value });
      return [];
    } catch (error) {
      if (!(error instanceof InvalidVariable)) throw error;
      return `${name} ${rules}: ${error.message}`;
    }
  });
}

function reader<T>(rule: string, read: (text: string) => T | undefined): Reader<T> {
  return { rule, read };
}

export const address: Reader<string> = reader('must be an address or a host name', (value) => value);

export function oneOf<T extends string>(...values: [T, ...T[]]): Reader<T> {
  return reader(`must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}`, (value) =>
    values.find((known) => known === value),
  );
}

export const onOrOff: Reader<boolean> = reader('must be on or off', (value) =>
  value === 'on' ? true : value === 'off' ? false : undefined,
);

export const port: Reader<number> = reader('must be a port number', (value) => {
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 && number < 65_536 ? number : undefined;
});

export const count: Reader<number> = reader('must be a whole number above 0', (value) => {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
});

/**
 * A secret. A text of few different characters, such as `aaaa…`, is a placeholder: 32 random hexadecimal digits have
 * 14 different ones on average.
 */
export function secretOf(minLength: number, minDifferent: number): Reader<string> {
  return reader(`must have at least ${minLength} characters, ${minDifferent} of them different`, (value) =>
    value.length >= minLength && new Set(value).size >= minDifferent ? value : undefined,
  );
}
