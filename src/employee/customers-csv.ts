import { AsyncLocalStorage } from 'node:async_hooks';
import { StreamableFile } from '@nestjs/common';
import { ExportSlots } from '../common/export-slots.js';
import { pacedStream } from '../common/paced-stream.js';
import type { Profile } from '../customers/profile.js';
import { RequestScope } from '../tenants/request-scope.js';
import type { CustomerDto } from './customers.dto.js';

/** The columns of the file: fields of the customer, with the same names. */
const columns = [
  'id',
  'firstName',
  'lastName',
  'email',
  'contactEmail',
  'contactPhone',
  'company',
  'preferredLanguage',
  'restriction',
  'type',
  'standing',
  'standingSince',
  'onHold',
  'emailConfirmed',
  'lastLogin',
  'metadataCreatedAt',
] as const satisfies (keyof CustomerDto)[];

type Cell = string | boolean | Date | null | undefined;

/**
 * The start of a formula in a spreadsheet (OWASP: CSV injection). It may be in the middle of a cell: German Excel
 * separates cells at `;` and therefore ignores quotes after a comma. Japanese Excel accepts full-width signs.
 */
const FORMULA = /^[\t\r\n]+[=+\-@＝＋－＠]?|(?<=^|[;\t\r\n])[=+\-@＝＋－＠]/g;

/** The files that the process sends at once. */
const slots = new ExportSlots();

/** Whether a client prefers CSV to JSON. @param accept the header of the request */
export function acceptsCsv(accept: string | undefined): boolean {
  return /^\s*text\/csv\s*(?:[;,]|$)/i.test(accept ?? '');
}

/** One line of a CSV file (RFC 4180), in which no cell is a formula. */
export function csvLine(cells: Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: Cell): string {
  const text = value instanceof Date ? value.toISOString() : String(value ?? '');
  return `"${text.replace(FORMULA, "'$&").replaceAll('"', '""')}"`;
}

/**
 * Streams customers as a CSV file. Only the lines of one page are in memory: the bytes of its profiles are released as
 * soon as it is loaded, and the next page is loaded when the client has read this one.
 *
 * @param caller has one file at a time
 * @throws Failure `overloaded`, or that of the first page; a later one closes the connection
 */
export async function streamCsv(
  pages: AsyncGenerator<Profile[], void>,
  toCustomer: (profile: Profile) => CustomerDto,
  caller: { tenant: string; id: string },
): Promise<StreamableFile> {
  const release = slots.take(caller.tenant, caller.id);
  // The lines are small, so the budget of large responses is not held until they are sent.
  RequestScope.set({ holdUntilSent: undefined });
  // The stream is read by the socket, outside of the scope of the request.
  const inScope = AsyncLocalStorage.snapshot();
  const next = (): Promise<IteratorResult<Profile[], void>> => inScope(() => pages.next());
  try {
    const first = await next();
    const stream = pacedStream((taken) => linesOf(first, next, toCustomer, taken)).once('close', release);
    return new StreamableFile(stream, {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="foyer-customers.csv"',
    });
  } catch (error) {
    release();
    throw error;
  }
}

/** Yields the text of each page, the first one with the titles of the columns. */
async function* linesOf(
  first: IteratorResult<Profile[], void>,
  next: () => Promise<IteratorResult<Profile[], void>>,
  toCustomer: (profile: Profile) => CustomerDto,
  taken: () => void,
): AsyncGenerator<string> {
  let text = csvLine([...columns]);
  let page = first;
  while (!page.done) {
    for (const customer of page.value.map(toCustomer)) text += csvLine(columns.map((name) => customer[name]));
    yield text;
    taken();
    text = '';
    page = await next();
  }
}
