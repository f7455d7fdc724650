import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../mikro-orm.config.js';
import { dropDatabase, newMigratedDatabase, sql } from './support/database.js';

/**
 * Objects that only migrations declare. The entities describe the tables and columns that the code uses. These objects
 * are rules of the database, and an entity cannot express most of them.
 */
const onlyInMigrations = [
  // Foreign keys, checks and unique constraints, with names that the code maps to failures.
  /^alter table "\w+" drop constraint "\w+"$/,
  // Indexes for a single query: partial, on expressions or GIN.
  /^drop index "\w+"$/,
  /^drop trigger if exists "\w+" on "\w+"$/,
  /^drop function if exists "\w+"\([\w, [\]]*\)$/,
];

describe('the schema that the migrations create', () => {
  let url: string;
  beforeAll(async () => {
    url = await newMigratedDatabase();
  });
  afterAll(() => dropDatabase(url));

  /** The statements that would adapt the database to the entities. */
  async function drift(): Promise<string[]> {
    const orm = await MikroORM.init(ormOptions(url, 2));
    try {
      const statements = (await orm.schema.getUpdateSchemaSQL({ wrap: false })).split(/;\s*/).filter(Boolean);
      return statements.filter((statement) => !onlyInMigrations.some((form) => form.test(statement)));
    } finally {
      await orm.close();
    }
  }

  it('has the tables and columns of the entities', async () => {
    expect(await drift()).toEqual([]);
  });

  it.each([
    ['a column that is in no entity', 'alter table customers add nickname text', 'drop column "nickname"'],
    ['a column without its default', 'alter table accounts alter initial_password drop default', 'set default false'],
    ['a nullable column', 'alter table sessions alter public_id drop not null', 'set not null'],
    ['a table that is in no entity', 'create table notes (id int primary key)', 'drop table if exists "notes"'],
  ])('is compared with the entities, which detects %s', async (_title, change, expected) => {
    await sql(change, [], url);
    expect((await drift()).join('\n')).toContain(expected);
  });
});
