import type { EntityManager } from '@mikro-orm/postgresql';
import { Employee } from './employee.entity.js';

/**
 * Finds the names of the employees among some actors, by id. An employee without a name, or one who was deleted, is
 * absent. Sends no query if there is no employee.
 */
export async function employeeNames(
  em: EntityManager,
  actors: { kind: string; id: string }[],
): Promise<Map<string, string>> {
  const ids = new Set(actors.filter(({ kind }) => kind === 'employee').map(({ id }) => id));
  if (ids.size === 0) return new Map();
  const employees = await em.find(Employee, { id: [...ids] }, { fields: ['name'] });
  return new Map(employees.flatMap(({ id, name }) => (name ? [[id, name]] : [])));
}
