import { type MetadataStorage, getMetadataStorage } from 'class-validator';

type LookUp = MetadataStorage['getTargetValidationMetadatas'];

/**
 * Caches the validation metadata of each class. By default class-validator searches the classes of the whole service
 * for each object that it validates, which costs more than the validation. The rules of a class do not change after its
 * definition. Calls with groups, or with a schema name, are not cached.
 */
export function cacheValidationMetadata(): void {
  const storage = getMetadataStorage();
  const lookUp: LookUp = storage.getTargetValidationMetadatas.bind(storage);
  const known = new Map<unknown, ReturnType<LookUp>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (schema || always || strictGroups || groups) return lookUp(target, schema, always, strictGroups, groups);
    let rules = known.get(target);
    if (!rules) known.set(target, (rules = lookUp(target, schema, always, strictGroups, groups)));
    return rules;
  };
}
