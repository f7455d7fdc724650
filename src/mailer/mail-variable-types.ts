import { type MailContent, type MailKind, exampleContents } from './mail-kinds.js';
import { type MailVariables, variablesOf } from './mail-variables.js';

/**
 * How a text can use a variable: `text` and `number` as they are or in a choice, `time` with the formats date and time,
 * and `choice`, whose value is `yes` or `no`, with `select`.
 */
export type MailVariableType = 'text' | 'number' | 'time' | 'choice';

/** A variable that the texts of a kind can use. */
export interface MailVariable {
  name: string;
  type: MailVariableType;
  description: string;
}

const descriptions: Record<string, string> = {
  shop: 'The name of the shop: the setting `brand.name`, or else the name of the tenant.',
  firstName:
    'The first name of the customer. It is empty if it is unknown, if it looks like a link, or if the address is not confirmed.',
  hasFirstName: 'Whether there is a `firstName`.',
  repeated: 'Whether another sign-up used the address of this customer.',
  newEmail: 'The new e-mail address. It is empty if it is unknown or looks like a link.',
  hasNewEmail: 'Whether there is a `newEmail`.',
  hasLink: 'Whether the mail has the button with the link. Without it, the customer cannot undo the change.',
  until: 'The end of the period: of the link, or of the migration of passwords. Absent in a mail without a link.',
  provider: 'The identity provider, such as `google`.',
  at: 'The time of the login.',
  code: 'The code of six digits. Every mail must contain it.',
  minutes: 'How long the code is valid, in minutes.',
  memberName: 'The name of the customer who joins the company. It is empty if it is unknown or looks like a link.',
  hasMemberName: 'Whether there is a `memberName`.',
  count: 'The number of customers who await activation.',
  pending: 'Whether an Admin of the company must approve the request.',
};

/** Returns the variables that the texts of a kind can use. */
export function mailVariables(kind: MailKind): MailVariable[] {
  return Object.entries(exampleVariables(kind, '')).map(([name, value]) => ({
    name,
    type: typeOf(value),
    description: descriptions[name] ?? '',
  }));
}

/**
 * Returns the example values of a kind with every combination of its choices.
 *
 * @param shop the name of the shop
 */
export function exampleCombinations(kind: MailKind, shop: string): MailVariables[] {
  const example = exampleVariables(kind, shop);
  const choices = Object.keys(example).filter((name) => typeOf(example[name]) === 'choice');
  return choices.reduce<MailVariables[]>(
    (combinations, name) => combinations.flatMap((values) => [{ ...values, [name]: 'yes' }, without(values, name)]),
    [example],
  );
}

/**
 * Sets a choice to `no`. The value that it announces, as `hasFirstName` does, becomes empty. Without a link, the end of
 * its period is absent.
 */
function without(values: MailVariables, choice: string): MailVariables {
  const [, initial = '', rest = ''] = /^has([A-Z])(.*)$/.exec(choice) ?? [];
  const announced = initial.toLowerCase() + rest;
  const changed = { ...values, ...(announced in values && { [announced]: '' }), [choice]: 'no' };
  if (choice === 'hasLink') delete changed.until;
  return changed;
}

function exampleVariables(kind: MailKind, shop: string): MailVariables {
  return variablesOf(kind, exampleContents[kind] as MailContent<typeof kind>, shop);
}

function typeOf(value: MailVariables[string] | undefined): MailVariableType {
  if (value instanceof Date) return 'time';
  if (typeof value === 'number') return 'number';
  return value === 'yes' || value === 'no' ? 'choice' : 'text';
}
