import { Failure, type Finding } from '../common/failure.js';
import { hasInvisible } from '../common/invisible.js';
import { jsonBytes, kibibytes } from '../common/merge-patch.js';
import type { Brand } from '../tenants/tenant-settings.js';
import { type FormattedText, toHtml } from './mail-frame.js';
import { type MailKind, exampleContents } from './mail-kinds.js';
import { type Message, type ParseMessage, type ParsedText, messageParser, formatText } from './mail-messages.js';
import type { MailText } from './mail-text.js';
import { type MailVariableType, exampleCombinations, mailVariables } from './mail-variable-types.js';

/** The maximum size of a text as JSON, in bytes. */
export const MAX_TEXT_BYTES = 8192;
/** The maximum size of the HTML of a mail, in bytes: some clients do not show the end of a large mail. */
const MAX_HTML_BYTES = 20_000;
/** The maximum size of the subject of a mail, in bytes. RFC 5322 2.1.1 limits a line of the header to 998. */
const MAX_SUBJECT_BYTES = 900;
/** How deep choices may be nested. */
const MAX_DEPTH = 5;
/** The maximum number of findings in a response. */
const MAX_FINDINGS = 50;

/** The name of the shop, and its settings for mails. */
export interface Shop {
  name: string;
  brand: Brand;
}

/**
 * Checks the text of a kind of mail: its ICU messages, their variables, and the mails with the example content and every
 * combination of choices.
 *
 * @param language a BCP 47 tag
 * @throws Failure `invalid_input` with one finding per error, which names the part, such as `paragraphs[1]`, and the place
 */
export async function assertMailText(kind: MailKind, text: MailText, language: string, shop: Shop): Promise<void> {
  if (jsonBytes(text) > MAX_TEXT_BYTES) {
    rejectIfAny([{ field: '', message: `the text must have at most ${kibibytes(MAX_TEXT_BYTES)}` }]);
  }
  const parse = await messageParser(language);
  const findings = linkFindings(kind, text);
  const parsed = parseParts(kind, text, parse, findings);
  rejectIfAny(findings);
  rejectIfAny(trialFindings(kind, parsed, language, shop));
}

/** @throws Failure `invalid_input` if there are findings */
function rejectIfAny(findings: Finding[]): void {
  if (findings.length > 0) throw new Failure('invalid_input', { findings: findings.slice(0, MAX_FINDINGS) });
}

function linkFindings(kind: MailKind, { button }: MailText): Finding[] {
  const hasLink = linkOf(kind) !== undefined;
  if (hasLink === (button !== undefined)) return [];
  const message = hasLink
    ? `button is required: it is the link of the mail ${kind}`
    : `button must be omitted: the mail ${kind} has no link`;
  return [{ field: 'button', message }];
}

function linkOf(kind: MailKind): string | undefined {
  return (exampleContents[kind] as { link?: string }).link;
}

/** Parses all messages, and adds the errors to the findings. Messages with errors are left out. */
function parseParts(kind: MailKind, text: MailText, parse: ParseMessage, findings: Finding[]): ParsedText {
  const types = new Map(mailVariables(kind).map(({ name, type }) => [name, type]));
  const read = (part: string, source: string, lines: 'one line' | 'lines'): Message => {
    const errors = textErrors(source, lines);
    let message = parse('');
    try {
      if (errors.length === 0) {
        message = parse(source);
        errors.push(...elementErrors(message.getAst(), types));
      }
    } catch (error) {
      errors.push(syntaxError(error));
    }
    findings.push(...errors.map((error) => ({ field: part, message: `${part} ${error}` })));
    return message;
  };
  const each = (name: 'paragraphs' | 'notes'): Message[] =>
    text[name].map((source, place) => read(`${name}[${place}]`, source, 'lines'));
  return {
    subject: read('subject', text.subject, 'one line'),
    preheader: read('preheader', text.preheader, 'one line'),
    paragraphs: each('paragraphs'),
    ...(text.button !== undefined && { button: read('button', text.button, 'one line') }),
    notes: each('notes'),
  };
}

/** Control characters and separators of lines. A header or a name could be written with them. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}]/u;

function textErrors(source: string, lines: 'one line' | 'lines'): string[] {
  const at = (lines === 'lines' ? source.replaceAll('\n', ' ') : source).search(UNSAFE);
  if (at < 0) return [];
  const what = lines === 'one line' ? 'must be one line without control characters' : 'must have no control characters';
  const before = source.slice(0, at).split('\n');
  return [`${what}${place({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 })}`];
}

type Element = ReturnType<Message['getAst']>[number];

/** The values of `type` of an element. The library exports no names for them. */
const [LITERAL, ARGUMENT, NUMBER, DATE, TIME, SELECT, PLURAL, POUND] = [0, 1, 2, 3, 4, 5, 6, 7];

/** The formats of a message, by type: their names, the types of variables that they can have, and their styles. */
const formats = new Map<number, { name: string; types: MailVariableType[]; styles?: string[] }>([
  [ARGUMENT, { name: 'a value', types: ['text', 'number'] }],
  [NUMBER, { name: 'number', types: ['number'], styles: ['integer'] }],
  [DATE, { name: 'date', types: ['time'], styles: ['short', 'medium', 'long', 'full'] }],
  [TIME, { name: 'time', types: ['time'], styles: ['short', 'medium', 'long', 'full'] }],
  [SELECT, { name: 'select', types: ['text', 'choice'] }],
  [PLURAL, { name: 'plural', types: ['number'] }],
]);

/** How a text can use a variable of a type. */
const uses: Record<MailVariableType, string> = {
  text: 'is a text: use it as a value or with select',
  number: 'is a number: use it as a value or with number or plural',
  time: 'is a time: use it with date or time',
  choice: 'is yes or no: use it with select',
};

function elementErrors(elements: Element[], types: Map<string, MailVariableType>, depth = 0): string[] {
  return elements.flatMap((element) => {
    const where = place(element.location?.start);
    if (depth > MAX_DEPTH) return [`has choices that are nested more than ${MAX_DEPTH} deep${where}`];
    const elementType: number = element.type;
    if (elementType === LITERAL || elementType === POUND) return [];
    const { value: name } = element as { value: string };
    const type = types.get(name);
    const format = formats.get(elementType);
    if (!type) return [`has the unknown variable ${inBraces(name)}${where}: use ${[...types.keys()].join(', ')}`];
    if (!format?.types.includes(type)) {
      return [`must not use {${name}} with ${format?.name ?? 'this format'}${where}: it ${uses[type]}`];
    }
    const { style, options = {} } = element as { style?: unknown; options?: Record<string, { value: Element[] }> };
    if (style && !(typeof style === 'string' && format.styles?.includes(style))) {
      return [`has an unknown ${format.name} format${where}: use ${format.styles?.join(', ') ?? 'none'}`];
    }
    const known = type === 'choice' ? CHOICES : elementType === PLURAL ? CATEGORIES : undefined;
    const unknown = Object.keys(options).filter((option) => known && !known.test(option));
    const use = type === 'choice' ? 'yes and other' : 'categories such as one, or numbers such as =1, and other';
    return [
      ...unknown.map((option) => `has the unknown option ${inBraces(option)} of {${name}}${where}: use ${use}`),
      ...Object.values(options).flatMap(({ value }) => elementErrors(value, types, depth + 1)),
    ];
  });
}

const CHOICES = /^(yes|no|other)$/;
/** The categories of CLDR, and exact numbers. */
const CATEGORIES = /^(zero|one|two|few|many|other|=\d+)$/;

/** What the parser's errors mean. */
const syntaxErrors: Record<string, string> = {
  EXPECT_ARGUMENT_CLOSING_BRACE: 'a { has no closing }',
  EMPTY_ARGUMENT: 'a variable is required between { and }',
  MALFORMED_ARGUMENT: 'the text after { is not the name of a variable',
  EXPECT_ARGUMENT_TYPE: 'a format such as date is required after the comma',
  INVALID_ARGUMENT_TYPE: 'the format must be number, date, time, select or plural',
  EXPECT_ARGUMENT_STYLE: 'a style is required after the comma',
  EXPECT_SELECT_ARGUMENT_OPTIONS: 'options are required, such as yes {…} other {…}',
  EXPECT_SELECT_ARGUMENT_SELECTOR: 'options are required, such as yes {…} other {…}',
  EXPECT_PLURAL_ARGUMENT_SELECTOR: 'options are required, such as one {…} other {…}',
  EXPECT_SELECT_ARGUMENT_SELECTOR_FRAGMENT: 'a text in { and } is required after the name of an option',
  EXPECT_PLURAL_ARGUMENT_SELECTOR_FRAGMENT: 'a text in { and } is required after the name of an option',
  DUPLICATE_SELECT_ARGUMENT_SELECTOR: 'an option exists twice',
  DUPLICATE_PLURAL_ARGUMENT_SELECTOR: 'an option exists twice',
  MISSING_OTHER_CLAUSE: 'the option other {…} is required',
  UNCLOSED_QUOTE_IN_ARGUMENT_STYLE: 'an apostrophe has no second one',
};

function syntaxError(error: unknown): string {
  const { message, location } = error as { message: string; location?: { start: Place } };
  const problem = syntaxErrors[message] ?? 'the message cannot be parsed';
  return `has an ICU syntax error${place(location?.start)}: ${problem}`;
}

/** Both count from 1. */
interface Place {
  line: number;
  column: number;
}

function place(start: Place | undefined): string {
  return start ? ` at line ${start.line}, column ${start.column}` : '';
}

function inBraces(name: string): string {
  return `{${name.slice(0, 40)}}`;
}

/** Stands for the code in a trial. It is visible, and a text cannot contain it. */
const CODE = '0\u0001';

/** Renders the example content with every combination of choices. */
function trialFindings(kind: MailKind, parsed: ParsedText, language: string, { name, brand }: Shop): Finding[] {
  const combinations = exampleCombinations(kind, name);
  for (const values of combinations) {
    const code = 'code' in values ? CODE : undefined;
    const link = values.hasLink === 'no' ? undefined : linkOf(kind);
    let flaw: Finding | undefined;
    try {
      const formatted = formatText(parsed, { ...values, ...(code && { code }) }, language, link);
      flaw = findFlaw(formatted, code) ?? sizeFinding(toHtml(formatted, name, brand));
    } catch (error) {
      const absent = Object.keys(combinations[0] ?? {}).filter((variable) => !(variable in values));
      if (absent.length === 0) throw error;
      flaw = { field: '', message: `the text must not use {${absent.join()}}` };
    }
    if (flaw) return [{ ...flaw, message: `${flaw.message}${conditionOf(values)}` }];
  }
  return [];
}

function sizeFinding(html: string): Finding | undefined {
  if (Buffer.byteLength(html) <= MAX_HTML_BYTES) return undefined;
  return { field: '', message: `the HTML of the mail must have at most ${MAX_HTML_BYTES} bytes` };
}

/**
 * Returns what makes a rendered mail useless. A text can depend on values, such as a name, that no example has.
 *
 * @param code the code that the mail must contain, if its kind has one
 */
export function findFlaw(
  { subject, paragraphs, link, notes }: FormattedText,
  code: string | undefined,
): Finding | undefined {
  if (isBlank(subject)) return { field: 'subject', message: 'subject must not be empty' };
  if (Buffer.byteLength(subject) > MAX_SUBJECT_BYTES) {
    return { field: 'subject', message: `subject must have at most ${MAX_SUBJECT_BYTES} bytes in the mail` };
  }
  if (paragraphs.every(isBlank)) return { field: 'paragraphs', message: 'paragraphs must not all be empty' };
  if (link && isBlank(link.label))
    return { field: 'button', message: 'button must not be empty: it is the link of the mail' };
  if (code !== undefined && ![...paragraphs, ...notes].some((text) => text.includes(code))) {
    return { field: 'paragraphs', message: 'paragraphs or notes must contain {code}' };
  }
  return undefined;
}

/** Whether nothing of a text is visible. */
function isBlank(text: string): boolean {
  for (const character of text) if (character !== ' ' && !hasInvisible(character)) return false;
  return true;
}

/** The choices of a combination, such as ` if hasFirstName is no`. */
function conditionOf(values: Record<string, unknown>): string {
  const no = Object.keys(values).filter((name) => values[name] === 'no');
  return no.length > 0 ? ` if ${no.map((name) => `${name} is no`).join(' and ')}` : '';
}
