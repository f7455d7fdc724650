import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { transaction } from '../database/database.js';

/**
 * Copies every table to the schema `seed`, and creates a function that restores the rows and the sequences. The function
 * runs without triggers and foreign keys, because the rows were valid when they were copied. `delete` is faster than
 * `truncate` for tables with few rows.
 */
const TAKE_SNAPSHOT = `
do $take$
declare
  item record;
  restoration text := '';
begin
  create schema seed;
  for item in
    select format('%I', c.relname) as name, string_agg(format('%I', a.attname), ', ' order by a.attnum) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    group by c.relname
  loop
    execute format('create table seed.%1$s as select %2$s from public.%1$s', item.name, item.columns);
    restoration := restoration || format(
      'delete from public.%1$s; insert into public.%1$s (%2$s) overriding system value select %2$s from seed.%1$s; ',
      item.name, item.columns);
  end loop;
  for item in
    select format('%I.%I', schemaname, sequencename) as name, coalesce(last_value, start_value) as value,
      last_value is not null as is_called
    from pg_sequences where schemaname = 'public'
  loop
    restoration := restoration || format('perform setval(%L, %s, %L); ', item.name, item.value, item.is_called);
  end loop;
  execute format(
    'create function seed.restore() returns void language plpgsql set session_replication_role = replica as %L',
    'begin ' || restoration || 'end');
end $take$`;

/** The seeded rows of all tables, which a reset restores. */
@Injectable()
export class Snapshot {
  constructor(private readonly em: EntityManager) {}

  /** Also restores once, because the first call plans all statements and takes twice as long as later ones. */
  async take(): Promise<void> {
    await this.em.execute(TAKE_SNAPSHOT);
    await this.restore();
  }

  /** Restores all tables in one transaction. */
  async restore(): Promise<void> {
    await transaction(this.em, async (em) => {
      await em.execute('select seed.restore()');
    });
  }
}
