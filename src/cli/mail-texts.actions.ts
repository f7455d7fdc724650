import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EntityManager } from '@mikro-orm/postgresql';
import { MailTextDto } from '../admin/mail-texts.dto.js';
import { MailTextsService, type StoredText } from '../admin/mail-texts.service.js';
import { Failure } from '../common/failure.js';
import { checked } from '../common/validation.js';
import { transaction } from '../database/database.js';
import { textOf } from '../emporix/error-responses.js';
import { type MailKind, mailKinds } from '../mailer/mail-kinds.js';
import { isLanguageTag } from '../mailer/mail-language.js';
import type { MailText } from '../mailer/mail-text.js';
import { CommandError } from './command-error.js';
import { inTenant } from './context.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
}

/** A text in a file. */
interface FileText {
  file: string;
  kind: MailKind;
  language: string;
  text: MailText;
}

/** A file is named after its language. */
const EXTENSION = '.yaml';
/** The maximum size of a file in bytes, several times that of the largest texts of all kinds. */
const MAX_FILE_BYTES = 2_000_000;

/** Writes one file per language: the own texts, and with `all` the built-in ones too. Existing files are replaced. */
export async function pullTexts(
  folder: string,
  { all, tenant, ...output }: Options & { all?: boolean },
): Promise<void> {
  const texts = await inTenant(tenant, (app) => app.get(MailTextsService).all());
  const wanted = texts.filter(({ source }) => all || source === 'own');
  const { stringify } = await import('yaml');
  await mkdir(folder, { recursive: true }).catch(cannotWrite(folder));
  const written: { file: string; texts: number }[] = [];
  for (const language of new Set(wanted.map((text) => text.language))) {
    const kinds = wanted.filter((text) => text.language === language).map(({ kind, text }) => [kind, ordered(text)]);
    const file = path.join(folder, language + EXTENSION);
    await writeFile(file, stringify(Object.fromEntries(kinds), { lineWidth: 0 })).catch(cannotWrite(file));
    written.push({ file, texts: kinds.length });
  }
  if (written.length > 0 || output.json) print(written, output);
  else console.log('The tenant has no own texts. Use --all to get the built-in ones.');
}

function cannotWrite(target: string): (error: unknown) => never {
  return (error) => {
    throw new CommandError(`${target} cannot be written (${codeOf(error)}).`);
  };
}

/**
 * Stores the texts of all files that differ from those that apply. If one is invalid, nothing changes. Texts that are in
 * no file stay unchanged.
 *
 * @throws CommandError with all errors
 */
export async function pushTexts(folder: string, { tenant, ...output }: Options): Promise<void> {
  const { texts, errors } = await readTexts(folder);
  const changed = await inTenant(tenant, async (app) => {
    const service = app.get(MailTextsService);
    for (const { file, kind, language, text } of texts) {
      await collect(errors, `${file}: ${kind}`, () => service.check(kind, language, text));
    }
    if (errors.length > 0) throw new CommandError([...errors, 'Nothing was changed.'].join('\n'));
    const present = new Map((await service.all()).map((text) => [keyOf(text), text.text]));
    const changes = texts.filter((text) => !isDeepStrictEqual(present.get(keyOf(text)), text.text));
    await transaction(app.get(EntityManager), async () => {
      for (const { kind, language, text } of changes) await service.put(kind, language, text);
    });
    return changes;
  });
  const rows = changed.map(({ file, kind, language }) => ({ file, kind, language }));
  if (rows.length > 0 || output.json) print(rows, output);
  else console.log('No text has changed.');
}

async function readTexts(folder: string): Promise<{ texts: FileText[]; errors: string[] }> {
  const names = await readdir(folder).catch(() => undefined);
  const files = names?.filter((name) => name.endsWith(EXTENSION)).sort();
  if (!files?.length) throw new CommandError(`${folder} must be a folder with files such as de-AT${EXTENSION}.`);
  const misnamed = names?.filter((name) => name.endsWith('.yml')) ?? [];
  const errors = misnamed.map((name) => `${name}: the name must end in ${EXTENSION}`);
  const texts: FileText[] = [];
  for (const file of files) {
    const language = path.basename(file, EXTENSION);
    await collect(errors, file, async () => {
      if (!isLanguageTag(language)) throw new CommandError(`the name must be a language tag such as de-AT${EXTENSION}`);
      for (const [name, value] of Object.entries(await readKinds(path.join(folder, file)))) {
        await collect(errors, `${file}: ${name}`, async () => {
          const kind = mailKinds.find((known) => known === name);
          if (!kind) throw new CommandError(`the kind must be one of ${mailKinds.join(', ')}`);
          const text = MailTextDto.textOf(await checked(MailTextDto, value, { strict: true }));
          texts.push({ file, kind, language, text });
        });
      }
    });
  }
  return { texts, errors };
}

/** Reads what a file has for each kind. @throws CommandError */
async function readKinds(file: string): Promise<Record<string, unknown>> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(await readYaml(file));
  // A tag that is not known is only a warning of the library.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new CommandError(firstLine(problem));
  let kinds: unknown;
  try {
    kinds = document.toJS();
  } catch (error) {
    // An alias without an anchor, or more aliases than the library expands.
    throw new CommandError(firstLine(error as Error));
  }
  if (!isObject(kinds)) throw new CommandError('the file must have texts by kind of mail');
  return kinds;
}

async function readYaml(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new CommandError('it must be a file');
  if (found.size > MAX_FILE_BYTES) throw new CommandError(`the file must have at most ${MAX_FILE_BYTES} bytes`);
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(`the file cannot be read (${codeOf(error)})`);
  });
}

function firstLine({ message }: Error): string {
  return message.split('\n', 1).join();
}

/** The code of an error of the file system, such as `EACCES`. */
function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

/** Runs work, and adds the reason of a failure to the errors. */
async function collect(errors: string[], where: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure)
      errors.push(
        ...textOf(error)
          .split('\n')
          .map((line) => `${where}: ${line}`),
      );
    else if (error instanceof CommandError) errors.push(`${where}: ${error.message}`);
    else throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyOf({ kind, language }: Pick<StoredText, 'kind' | 'language'>): string {
  return `${kind} ${language}`;
}

/** The parts in the order of the mail. PostgreSQL stores them in another order. */
function ordered({ subject, preheader, paragraphs, button, notes }: MailText): MailText {
  return { subject, preheader, paragraphs, ...(button !== undefined && { button }), notes };
}
