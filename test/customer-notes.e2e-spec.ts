import { notAuthorized, unknownCustomer, validationError } from './support/responses.js';
import { dumpDatabase, rows } from './support/rows.js';
import { type Body, Shop, type ApiClient } from './support/shop.js';
import { staffActions } from './support/timeline.js';

interface Note extends Body {
  id: string;
  text: string;
}

describe('the notes about a customer', () => {
  let shop: Shop;
  let staff: ApiClient & { id: string };
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE', 'FR'] });
    staff = await shop.employee('support');
  });
  afterAll(() => shop.close());

  const add = (id: string, text: string, author: ApiClient = staff): Promise<Note> =>
    author.post<Note>(`/customers/${id}/notes`, 201, { text });
  const notesOf = (id: string, reader: ApiClient = staff): Promise<Note[]> =>
    reader.get<Note[]>(`/customers/${id}/notes`);

  it('are listed newest first, with author and time', async () => {
    const { id } = await shop.signUp();
    expect(await notesOf(id)).toEqual([]);
    const first = await add(id, 'Calls in the morning <b>only</b>');
    shop.advanceClock(1);
    const second = await add(id, 'Asked for an invoice', await shop.serviceClient());
    expect(first).toEqual({
      id: expect.any(String) as string,
      text: 'Calls in the morning <b>only</b>',
      author: expect.objectContaining({ kind: 'employee', id: staff.id }) as Body,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
    expect(second.author).toMatchObject({ kind: 'service', id: 'shop-service' });
    expect(await notesOf(id)).toEqual([second, first]);
    expect(await notesOf((await shop.signUp()).id)).toEqual([]);
  });

  it('name the author, if it is an employee with a name', async () => {
    const { id } = await shop.signUp();
    await rows(shop, `update employees set name = 'Grace Hopper' where id = $1`, [staff.id]);
    const author = { kind: 'employee', id: staff.id, name: 'Grace Hopper' };
    expect((await add(id, 'Calls in the morning')).author).toEqual(author);
    expect((await notesOf(id)).map((note) => note.author)).toEqual([author]);
  });

  it('are deleted by any employee with the scope, once', async () => {
    const { id } = await shop.signUp();
    const note = await add(id, 'Calls in the morning');
    const path = `/customers/${id}/notes/${note.id}`;
    const other = (await shop.signUp()).id;
    await staff.delete(`/customers/${other}/notes/${note.id}`, 404);
    await (await shop.employee('admin')).delete(path, 204);
    expect(await notesOf(id)).toEqual([]);
    const message = `Note ${note.id} not found.`;
    expect(await staff.delete(path, 404)).toMatchObject({ type: 'resource_not_found', message });
    await staff.delete(`/customers/${id}/notes/unknown`, 404);
  });

  it('leave entries without their text in the history', async () => {
    const { id } = await shop.signUp();
    const note = await add(id, 'Xyzzy');
    await staff.delete(`/customers/${id}/notes/${note.id}`, 204);
    await staff.delete(`/customers/${id}/notes/${note.id}`, 404);
    const history = await staffActions(staff, id);
    expect(history).toMatchObject([
      { action: 'note_removed', actor: { id: staff.id }, changes: { note: note.id } },
      { action: 'note_added', actor: { id: staff.id }, changes: { note: note.id } },
    ]);
    expect(history).toHaveLength(2);
    expect(await dumpDatabase(shop)).not.toContain('Xyzzy');
  });

  it('have 1 to 4,000 characters', async () => {
    const { id } = await shop.signUp();
    await add(id, 'é'.repeat(4000));
    const path = `/customers/${id}/notes`;
    for (const text of ['', 'a'.repeat(4001), 7, null, undefined]) {
      expect(await staff.post(path, 400, { text })).toEqual(validationError('text'));
    }
    expect(await notesOf(id)).toHaveLength(1);
  });

  it('are at most 100, also of concurrent requests', async () => {
    const { id } = await shop.signUp();
    await rows(
      shop,
      `insert into customer_notes (tenant, customer_id, id, text, author_kind, author, created_at)
        select 'shop', $1, gen_random_uuid(), 'a', 'service', 'shop-service', now() from generate_series(1, 98)`,
      [id],
    );
    const path = `/customers/${id}/notes`;
    const responses = await Promise.all([1, 2, 3, 4].map(() => staff.send('POST', path, { body: { text: 'b' } })));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 201, 400, 400]);
    expect(responses.find(({ status }) => status === 400)?.body).toMatchObject({
      message: 'A customer has at most 100 notes.',
    });
    expect(await notesOf(id)).toHaveLength(100);
  });

  it('are part of the export, and are deleted with the customer', async () => {
    const ada = await shop.customer();
    await add(ada.id, 'Plugh');
    const { notes } = await ada.post('/me/export', 200, { password: ada.password });
    expect(notes).toEqual([{ text: 'Plugh', author_kind: 'employee', created_at: expect.any(String) as string }]);
    await staff.post(`/customers/${ada.id}/erasure`, 204);
    expect(await dumpDatabase(shop)).not.toContain('Plugh');
    expect(await staff.get(`/customers/${ada.id}/notes`, 404)).toEqual(unknownCustomer(ada.id));
  });

  it('require the scope, within its restriction, and are hidden from the customer', async () => {
    const all = await shop.serviceClient();
    const { id } = await all.post<{ id: string }>('/customers', 201, { restriction: 'FR' });
    const note = await add(id, 'Calls in the morning');
    const path = `/customers/${id}/notes`;
    const viewer = await shop.employee('viewer');
    expect(await notesOf(id, viewer)).toEqual([note]);
    for (const caller of [viewer, await shop.customer()]) {
      expect(await caller.post(path, 403, { text: 'a' })).toEqual(notAuthorized);
      expect(await caller.delete(`${path}/${note.id}`, 403)).toEqual(notAuthorized);
    }
    expect(await (await shop.customer()).get(path, 403)).toEqual(notAuthorized);
    const german = await shop.serviceClient('customer.customer_read--DE customer.customer_manage--DE');
    expect(await german.get(path, 404)).toEqual(unknownCustomer(id));
    expect(await german.post(path, 404, { text: 'a' })).toEqual(unknownCustomer(id));
    expect(await german.delete(`${path}/${note.id}`, 404)).toEqual(unknownCustomer(id));
    const french = await shop.serviceClient('customer.customer_read--FR customer.customer_manage--FR');
    expect(await notesOf(id, french)).toEqual([note]);
    await french.delete(`${path}/${note.id}`, 204);
  });

  it('are not found for an unknown customer', async () => {
    expect(await staff.get('/customers/4711/notes', 404)).toEqual(unknownCustomer('4711'));
    expect(await staff.post('/customers/4711/notes', 404, { text: 'a' })).toEqual(unknownCustomer('4711'));
  });
});
