import { type MetadataStorage, getMetadataStorage } from 'class-validator';

type LookUp = MetadataStorage['getTargetValidationMetadatas'];

/**
 * Makes class-validator look up the rules of a class once. By itself it looks through the classes of the whole service
 * for each object that it checks, which costs more than the check. Rules stand from the moment their class does; with
 * groups, or a schema by name, they are looked up as ever.
 */
export function rememberRules(): void {
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
